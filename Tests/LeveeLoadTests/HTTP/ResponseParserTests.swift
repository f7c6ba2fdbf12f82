// Responses, cut up in every way, and what is none.

import NIOCore
import Testing

@testable import LeveeLoad

struct ResponseParserTests {
    private func parse(_ text: String) throws -> Response? {
        var parser = ResponseParser()
        var buffer = ByteBuffer(string: text)
        return try parser.next(from: &buffer)
    }

    @Test func `the fields that matter are read, whatever their case`() throws {
        let text = """
            HTTP/1.1 202 Accepted\r\nLOCATION:   http://a:1/jobs/1  \r\nretry-after: 12\r\nX-Other: é\r\n\
            Connection: Close\r\ncontent-LENGTH:\t2\r\n\r\n{}
            """
        let response = try #require(try parse(text))
        #expect(response.status == 202)
        #expect(response.location == "http://a:1/jobs/1")
        #expect(response.retryAfter == 12)
        #expect(response.closes)
        #expect(response.body == ByteBuffer(string: "{}"))
    }

    @Test(arguments: [
        ("application/problem+json", true), ("Application/Problem+JSON; charset=utf-8", true),
        ("application/problem+jsonx", false), ("application/json", false), ("application/problem", false), ("", false),
    ])
    func `problem documents are known by their media type`(type: String, isProblem: Bool) throws {
        #expect(try parse(http(503, "Content-Type: \(type)", "X: y", body: "{}"))?.isProblem == isProblem)
    }

    @Test(arguments: [
        http(200, "Retry-After: 3", body: "hello"),
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + http(302, "Location: /resources/1", body: "x"),
        "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
    ])
    func `the cuts make no difference`(text: String) throws {
        let whole = try #require(try parse(text))
        let bytes = Array(text.utf8)
        for cut in 1..<bytes.count {
            var parser = ResponseParser()
            var buffer = ByteBuffer(bytes: bytes[..<cut])
            #expect(try parser.next(from: &buffer) == nil)
            buffer.writeBytes(bytes[cut...])
            #expect(try parser.next(from: &buffer) == whole)
            #expect(buffer.readableBytes == 0)
        }
        var parser = ResponseParser()
        var buffer = ByteBuffer()
        var last: Response?
        for byte in bytes {
            #expect(last == nil)
            buffer.writeInteger(byte)
            last = try parser.next(from: &buffer)
        }
        #expect(last == whole)
    }

    @Test func `chunks are put together, and what follows is left alone`() throws {
        var parser = ResponseParser()
        let first = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        var buffer = ByteBuffer(string: first + http(201, body: "f"))
        #expect(try parser.next(from: &buffer)?.body == ByteBuffer(string: "abcde"))
        let second = try parser.next(from: &buffer)
        #expect(second?.status == 201)
        #expect(second?.body == ByteBuffer(string: "f"))
    }

    @Test(
        arguments: [
            ("HTTP/1.0 200 OK\r\n\r\n", .malformedStatusLine),
            ("http/1.1 200 OK\r\n\r\n", .malformedStatusLine),
            ("HTTP/1.1 2x0 OK\r\n\r\n", .malformedStatusLine),
            ("HTTP/1.1 099 OK\r\n\r\n", .malformedStatusLine),
            ("HTTP/1.1 2000\r\n\r\n", .malformedStatusLine),
            ("HTTP/1.1 200 OK\n\n", .malformedField),
            ("HTTP/1.1 200 OK\r\nNo colon\r\n\r\n", .malformedField),
            ("HTTP/1.1 200 OK\r\n: empty\r\n\r\n", .malformedField),
            ("HTTP/1.1 200 OK\r\nA : b\r\n\r\n", .malformedField),
            ("HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n", .malformedField),
            ("HTTP/1.1 302 Found\r\nLocation: /a b\r\n\r\n", .malformedField),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", .contradictoryLength),
            ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", .contradictoryLength),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .contradictoryLength),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", .malformedField),
            ("HTTP/1.1 200 OK\r\n\r\n", .noLength),
            ("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", .bodyTooLong),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", .malformedChunk),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", .malformedChunk),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4000001\r\n", .bodyTooLong),
        ] as [(String, ResponseError)]
    )
    func `what is no response is told`(text: String, error: ResponseError) {
        #expect(throws: error) { try parse(text) }
    }

    @Test func `a head without an end is given up`() throws {
        #expect(try parse("HTTP/1.1 200 OK\r\nA: " + String(repeating: "b", count: 16_000)) == nil)
        let isTooLong = #expect(throws: ResponseError.self) {
            try parse("HTTP/1.1 200 OK\r\nA: " + String(repeating: "b", count: 20_000))
        }
        #expect(isTooLong == .headTooLong)
    }
}
