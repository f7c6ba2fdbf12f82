// Event streams, cut up in every way.

import NIOCore
import Testing

@testable import LeveeLoad

struct EventParserTests {
    private let stream = """
        : hello\n\nid: 1\nevent: state\ndata: {"status":"queued"}\n\n: keep-alive\n\n\
        id:12\r\ndata:a\r\ndata: b\r\nretry: 5\r\nunknown\r\n\r\n\
        id: x\ndata: c\n\nevent: none\n\ndata: unfinished\n
        """
    private let events = [
        ServerEvent(version: 1, name: "state", data: Array(#"{"status":"queued"}"#.utf8)),
        ServerEvent(version: 12, name: "message", data: Array("a\nb".utf8)),
        ServerEvent(version: 0, name: "message", data: Array("c".utf8)),
    ]

    @Test func `the cuts make no difference`() {
        let bytes = Array(stream.utf8)
        for cut in 0...bytes.count {
            var parser = EventParser()
            let all = parser.take(ByteBuffer(bytes: bytes[..<cut])) + parser.take(ByteBuffer(bytes: bytes[cut...]))
            #expect(all == events)
        }
    }

    @Test func `what comes after half an event is put to it`() {
        var parser = EventParser()
        _ = parser.take(ByteBuffer(string: stream))
        #expect(parser.take(ByteBuffer(string: "\n")).map(\.data) == [Array("unfinished".utf8)])
    }

    @Test func `a body can be read while it comes`() throws {
        var parser = ResponseParser()
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
        var buffer = ByteBuffer(string: head + "3\r\nabc\r\n2\r\nd")
        #expect(parser.takeEvents() == nil)
        #expect(try parser.next(from: &buffer) == nil)
        #expect(parser.takeEvents() == ByteBuffer(string: "abc"))
        buffer.writeString("e\r\n1\r\nf\r\n0\r\n\r\n")
        let response = try #require(try parser.next(from: &buffer))
        #expect(response.isEventStream)
        #expect(response.body == ByteBuffer(string: "def"))
        #expect(parser.takeEvents() == nil)
    }
}
