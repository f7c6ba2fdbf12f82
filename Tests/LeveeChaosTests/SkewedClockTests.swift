// A Redis with a clock of its own.

import Foundation
import LeveeRedis
import LeveeTestSupport
import Testing

@testable import LeveeChaos

@Suite struct SkewedClockTests {
    @Test("Redis believes the clock it is given, at once; what it measures stays right")
    func skews() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let clock = try SkewedClock(library: Self.library, file: "\(folder)/clock")
        try await RedisServerProcess.run(environment: clock.environment) { server in
            try await withClient(server.unix) { client in
                for ahead in [0, 3_600, -3_600, 0] as [Int64] {
                    try clock.set(ahead: ahead)
                    let before = Date().timeIntervalSince1970.rounded(.down)
                    let reply = try await client.send(["TIME"]).array
                    let told = try #require(reply?.first?.string.flatMap { Double($0) }) - Double(ahead)
                    #expect((before...Date().timeIntervalSince1970).contains(told))
                }
                // By its clock an hour goes by, but no hour is waited for.
                _ = try await client.send(["SET", "short", "1", "EX", "600"])
                let wait = Task { try await client.sendLarge(["BRPOP", "empty", "0.3"]) }
                try clock.set(ahead: 3_600)
                #expect(try await wait.value.isNull)
                #expect(try await client.send(["GET", "short"]).isNull)
            }
        }
    }

    @Test("Without its library there is no clock")
    func needsItsLibrary() {
        #expect(throws: ChaosFailure.self) { try SkewedClock(library: "/nowhere/clock.so", file: "/tmp/clock") }
    }

    /// The library lies beside the tests.
    private static let library = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("libSkewedClock.so").path
}
