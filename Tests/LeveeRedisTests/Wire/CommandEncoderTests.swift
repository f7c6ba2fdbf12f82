// Commands in RESP.

import NIOCore
import Testing

@testable import LeveeRedis

@Suite struct CommandEncoderTests {
    private func wire(_ commands: [RedisCommand]) throws -> String {
        String(buffer: try CommandEncoder.encode(commands))
    }

    @Test func argumentsAreCountedStrings() throws {
        let command = RedisCommand("SET", "schlüssel", [1, 2, 3] as [UInt8], -5, "")
        #expect(
            try wire([command])
                == "*5\r\n$3\r\nSET\r\n$10\r\nschlüssel\r\n$3\r\n\u{1}\u{2}\u{3}\r\n$2\r\n-5\r\n$0\r\n\r\n"
        )
    }

    @Test func commandsFollowOneAnother() throws {
        #expect(try wire([["PING"], ["GET", "a"]]) == "*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n")
    }

    @Test func whatIsEncodedIsWhatIsRead() throws {
        var command: RedisCommand = ["RPUSH", "list"]
        for index in 0..<2_000 { command.append([UInt8](repeating: UInt8(index % 256), count: index % 300)) }
        var reader = ReplyReader(maximumReplyBytes: 1 << 20)
        try reader.feed(try CommandEncoder.encode([command]))
        #expect(try reader.next() == .array(command.arguments.map { .bulk($0) }))
    }

    @Test func aCommandWithoutANameIsNotSent() {
        #expect(throws: RedisError.unavailable("a command without a name cannot be sent")) {
            _ = try CommandEncoder.encode([[]])
        }
    }
}
