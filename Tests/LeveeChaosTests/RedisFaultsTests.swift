// What is done to Redis in a chaos run, done to a real one.

import Foundation
import LeveeRedis
import LeveeTestSupport
import Testing

@testable import LeveeChaos

@Suite struct RedisFaultsTests {
    private static let options = [
        "--appendonly", "yes", "--appendfsync", "no", "--enable-debug-command", "yes", "--busy-reply-threshold", "50",
    ]

    @Test("A busy Redis says so, until the script is ended")
    func busy() async throws {
        try await whileFaulty("BUSY") { try await $0.keepBusy(for: $1) }
    }

    @Test("A Redis that loads its data says so, and has them afterwards")
    func loading() async throws {
        try await whileFaulty("LOADING") { try await $0.reload(within: $1) }
    }

    @Test("A full Redis takes no more, and then again")
    func full() async throws {
        try await RedisServerProcess.run { server in
            try await withClient(server.unix) { client in
                let faults = RedisFaults(client: client)
                try await faults.setFull(true)
                #expect(try await Self.refusal(of: client) == "OOM")
                try await faults.setFull(false)
                #expect(try await Self.refusal(of: client) == nil)
            }
        }
    }

    @Test("A fault that is canceled is taken back all the same")
    func canceled() async throws {
        try await RedisServerProcess.run(Self.options) { server in
            try await withClient(server.unix) { client in
                let busy = Task { try await RedisFaults(client: client).keepBusy(for: .seconds(600)) }
                try await eventually { try await Self.refusal(of: client) == "BUSY" }
                busy.cancel()
                try await busy.value
                #expect(try await Self.refusal(of: client) == nil)
            }
        }
    }

    /// Watches Redis refuse writes during a fault, and take them before and after.
    private func whileFaulty(
        _ code: String,
        _ befall: @escaping @Sendable (RedisFaults, Duration) async throws -> Void
    ) async throws {
        try await RedisServerProcess.run(Self.options) { server in
            try await withClient(server.unix) { client in
                for number in 0..<4_000 { _ = try await client.send(RedisCommand("SET", "key-\(number)", number)) }
                #expect(try await Self.refusal(of: client) == nil)
                let fault = Task { try await befall(RedisFaults(client: client), .seconds(2)) }
                try await eventually { try await Self.refusal(of: client) == code }
                try await fault.value
                #expect(try await Self.refusal(of: client) == nil)
                #expect(try await client.send(["GET", "key-3999"]).string == "3999")
            }
        }
    }

    /// With which word Redis refuses a write, if it does. A connection of the client that was refused while Redis was busy comes
    /// up a little after Redis does, and is waited for.
    private static func refusal(of client: RedisClient) async throws -> String? {
        var refusal: String?
        try await eventually("a connection that was refused is there again") {
            do throws(RedisError) {
                _ = try await client.send(["SET", "test", "1"])
                refusal = nil
            } catch {
                switch error {
                case .server(let answer): refusal = answer.code
                case .unavailable(let reason) where reason.contains("BUSY") || reason.contains("LOADING"): return false
                default: refusal = "\(error)"
                }
            }
            return true
        }
        return refusal
    }
}
