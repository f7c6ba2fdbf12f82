// A Redis that was killed in the middle of a write: what is whole stays, and of the rest nothing ever counts.

import Foundation
import LeveeRedis
import LeveeTestSupport
import Testing

@testable import LeveeChaos

@Suite struct AppendOnlyFileTests {
    private static let launcher = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../deploy/redis/run-redis").standardized.path

    @Test("Half a transaction is cut off before it can count", arguments: [0, 3, 14, 28, 40, 56, 62, 69])
    func tornEnd(length: Int) async throws {
        try await withFolder { folder in
            try await withRedis(in: folder) { client in _ = try await client.send(["SET", "kept", "1"]) }
            let file = try AppendOnlyFile(folder: folder)
            #expect(try file.tear(after: length))
            let isTornAgain = try file.tear(after: length)
            #expect(!isTornAgain, "a torn file is left as it is")
            // What Redis leaves of a transaction would count together with the next one, at the start after that.
            for _ in 0..<2 {
                try await withRedis(in: folder) { client in
                    #expect(try await client.send(["KEYS", "*"]).array?.compactMap(\.string) == ["kept"])
                    let script = "redis.call('SET', 'kept', '2') return redis.call('SET', 'kept', '3')"
                    _ = try await client.send(RedisCommand("EVAL", script, "0"))
                }
            }
            try await withRedis(in: folder) { client in
                let kept = try await client.send(["GET", "kept"])
                #expect(kept.string == "3")
            }
        }
    }

    @Test("A file that is damaged in the middle is left alone: Redis says so and ends")
    func damage() async throws {
        try await withFolder { folder in
            try await withRedis(in: folder) { client in _ = try await client.send(["SET", "kept", "1"]) }
            let path = "\(folder)/appendonlydir/appendonly.aof.1.incr.aof"
            var bytes = try #require(FileManager.default.contents(atPath: path))
            let mark = try #require(bytes.range(of: Data("*3".utf8)))
            bytes[mark.lowerBound] = 0x78
            try bytes.write(to: URL(fileURLWithPath: path))
            let process = try start(in: folder)
            try await eventually { process.hasEnded != nil }
            #expect(process.hasEnded == .exit(status: 1))
            #expect(FileManager.default.contents(atPath: path) == bytes)
            #expect(log(in: folder).contains("Bad file format"))
        }
    }

    @Test("A file is whole where its commands and transactions end")
    func wholeness() {
        func isWhole(_ text: String) -> Bool {
            AppendOnlyFile.isWhole(Data(text.replacingOccurrences(of: " ", with: "\r\n").utf8))
        }
        #expect(isWhole(""))
        #expect(isWhole("*2 $3 DEL $1 a "))
        #expect(isWhole("*2 $3 DEL $5 MULTI "))
        #expect(isWhole("*1 $5 MULTI *2 $3 DEL $1 a *1 $4 EXEC "))
        #expect(!isWhole("*1 $5 MULTI *2 $3 DEL $1 a "))
        #expect(!isWhole("*2 $3 DEL $1 a"))
        #expect(!isWhole("*2 $3 DEL "))
        #expect(!isWhole("*"))
        #expect(!isWhole("2 $3 DEL $1 a "))
    }

    // MARK: Redis

    private func start(in folder: String) throws -> ChildProcess {
        let arguments = [
            Self.launcher, folder, "--port", "0", "--unixsocket", "\(folder)/s", "--dir", folder, "--save", "",
            "--appendonly", "yes", "--appendfsync", "always",
        ]
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        try? FileManager.default.removeItem(atPath: "\(folder)/log")
        return try ChildProcess(arguments, environment: ["PATH": path], log: "\(folder)/log")
    }

    /// Runs `body` with a Redis that is killed afterwards.
    private func withRedis(in folder: String, _ body: @Sendable (RedisClient) async throws -> Void) async throws {
        let process = try start(in: folder)
        defer { process.destroy() }
        try await eventually { log(in: folder).contains("eady to accept connections") }
        try await withClient(RedisEndpoint(address: .unix(path: "\(folder)/s"))) { client in try await body(client) }
    }

    private func log(in folder: String) -> String {
        String(decoding: FileManager.default.contents(atPath: "\(folder)/log") ?? Data(), as: UTF8.self)
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        var template = Array("/tmp/levee-file-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }
}
