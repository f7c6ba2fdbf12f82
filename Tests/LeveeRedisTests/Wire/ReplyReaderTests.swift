// Replies from bytes, however they are cut, and bytes that are none.

import NIOCore
import Testing

@testable import LeveeRedis

@Suite struct ReplyReaderTests {
    private static let wire = """
        +OK\r\n-NOSCRIPT No matching script.\r\n:-42\r\n:9223372036854775807\r\n$5\r\na\r\nbc\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n\
        *4\r\n:1\r\n$2\r\nhi\r\n*2\r\n+x\r\n$-1\r\n-ERR inside\r\n
        """
    private static let values: [RESPValue] = [
        .simple("OK"), .error(RedisServerError("NOSCRIPT No matching script.")), .integer(-42), .integer(.max),
        .bulk(Array("a\r\nbc".utf8)), .bulk([]), .null, .null, .array([]),
        .array([
            .integer(1), .bulk(Array("hi".utf8)), .array([.simple("x"), .null]), .error(RedisServerError("ERR inside")),
        ]),
    ]

    private func parse(_ pieces: [some Sequence<UInt8>], limit: Int = 1 << 20) throws(RedisError) -> [RESPValue] {
        var reader = ReplyReader(maximumReplyBytes: limit)
        var replies: [RESPValue] = []
        for piece in pieces {
            try reader.feed(ByteBuffer(bytes: piece))
            while let reply = try reader.next() { replies.append(reply) }
        }
        return replies
    }

    private func violation(_ text: String, limit: Int = 1 << 20) -> String? {
        do throws(RedisError) {
            _ = try parse([text.utf8], limit: limit)
            return nil
        } catch {
            if case .protocolViolation(let reason) = error { return reason }
            return "another error: \(error)"
        }
    }

    @Test func takesAllRepliesOfOneFeed() throws {
        #expect(try parse([Self.wire.utf8]) == Self.values)
    }

    @Test func repliesMayBeCutAtEveryByte() throws {
        let bytes = Array(Self.wire.utf8)
        for cut in 0...bytes.count {
            #expect(try parse([bytes[..<cut], bytes[cut...]]) == Self.values, "cut at \(cut)")
        }
        #expect(try parse(bytes.map { CollectionOfOne($0) }) == Self.values)
    }

    @Test func anyByteMayBeInAString() throws {
        let all = (0...255).map { UInt8($0) }
        #expect(try parse([Array("$256\r\n".utf8) + all + Array("\r\n".utf8)]) == [.bulk(all)])
    }

    @Test func arraysMayLieEightDeepAndNoDeeper() throws {
        let eight = String(repeating: "*1\r\n", count: 8) + ":7\r\n"
        var expected = RESPValue.integer(7)
        for _ in 0..<8 { expected = .array([expected]) }
        #expect(try parse([eight.utf8]) == [expected])
        #expect(try parse(Array(eight.utf8).map { CollectionOfOne($0) }) == [expected])
        #expect(violation("*1\r\n" + eight) != nil)
    }

    @Test func anArrayMayHaveAHundredThousandElements() throws {
        let elements = String(repeating: ":1\r\n", count: 100_000)
        let expected = RESPValue.array(Array(repeating: .integer(1), count: 100_000))
        #expect(try parse([("*100000\r\n" + elements).utf8]) == [expected])
        #expect(violation("*100001\r\n") == "an array announced more than 100000 elements")
        #expect(violation("*2147483647\r\n") == "an array announced more than 100000 elements")
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n", "*99999999999999999999\r\n", "*-2\r\n", "$-2\r\n", "$99999999999999999999\r\n",
        ":abc\r\n", "$x\r\n",
    ])
    func whatIsNoReplyIsAViolation(text: String) {
        #expect(violation(text) != nil)
    }

    @Test(arguments: ["%1\r\n+a\r\n+b\r\n", "_\r\n", "#t\r\n", ",1.5\r\n", "~1\r\n:1\r\n", ">1\r\n+a\r\n"])
    func whatOnlyRESP3HasIsAViolation(text: String) {
        #expect(violation(text) != nil)
    }

    @Test func aStringMustEndWhereItSays() {
        #expect(violation("$3\r\nabcXX+OK\r\n") == "a string is not followed by CR LF")
    }

    @Test func aLineOrStringWithoutEndIsCutOff() throws {
        let limit = 10_000
        #expect(violation("+" + String(repeating: "x", count: limit), limit: limit) != nil)
        #expect(violation("$1000000\r\n" + String(repeating: "x", count: limit), limit: limit) != nil)
        #expect(violation("*2\r\n:1\r\n+" + String(repeating: "x", count: limit), limit: limit) != nil)
        // Whole replies do not count, however many bytes they have together.
        let line = "+" + String(repeating: "x", count: limit - 100) + "\r\n"
        #expect(try parse([(line + line + line + "+y").utf8], limit: limit).count == 3)
    }

    @Test func isDeadAfterAnError() throws {
        var reader = ReplyReader(maximumReplyBytes: 100)
        try reader.feed(ByteBuffer(string: "+OK\r\n?\r\n"))
        #expect(try reader.next() == .simple("OK"))
        #expect(throws: RedisError.self) { try reader.next() }
        #expect(throws: RedisError.self) {
            try reader.feed(ByteBuffer(string: "+OK\r\n"))
            _ = try reader.next()
        }
    }

    @Test func goesOnAfterALargeReply() throws {
        let large = [UInt8](repeating: 7, count: 3 << 20)
        let wire = Array("$\(large.count)\r\n".utf8) + large + Array("\r\n".utf8)
        let replies = try parse([wire, wire, Array("+OK\r\n".utf8)], limit: 4 << 20)
        #expect(replies == [.bulk(large), .bulk(large), .simple("OK")])
    }
}
