// Payloads and results that are too large for Redis, through real processes and a real folder.

import Foundation
import LeveeRedis
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct BlobTests {
    private static let configuration = """
        worker: {lease: 2s}
        blobs: {folder: blobs, over: 64KiB, orphanAge: 2s}
        jobs:
          echo: {handler: {builtin: echo}, maxPayload: 1GiB, maxResult: 1GiB}
          cat: {handler: {exec: {command: [cat], resultType: video/mp4}}, maxPayload: 1GiB, maxResult: 1GiB}
          narrow: {handler: {exec: {command: [cat]}}, maxPayload: 1GiB, maxResult: 1MiB}
          brief: {handler: {builtin: echo}, maxPayload: 1GiB, retention: 1s}
          stuck: {handler: {exec: {command: [./stuck]}}, maxPayload: 1GiB, maxResult: 1GiB, timeout: 10m}
          fail: {handler: {exec: {command: ["false"]}}, maxPayload: 1GiB, retries: {maxAttempts: 1}}
        """

    /// Runs a test with a fleet whose folder is there.
    private static func run(_ body: (Fleet) async throws -> Void) async throws {
        try await Fleet.run(configuration) { fleet in
            try FileManager.default.createDirectory(
                atPath: fleet.folder.path + "/blobs",
                withIntermediateDirectories: false
            )
            // The first attempt writes part of its result and gets no further.
            try fleet.folder.write(
                """
                #!/bin/sh
                if mkdir begun; then head -c 1000000; sleep 600; fi
                exec cat
                """,
                to: "stuck",
                isExecutable: true
            )
            try await body(fleet)
        }
    }

    /// What lies in the folder.
    private static func files(_ fleet: Fleet) -> [String] {
        let all = FileManager.default.enumerator(atPath: fleet.folder.path + "/blobs")?.compactMap { $0 as? String }
        return (all ?? []).filter { $0.contains("/") }.sorted()
    }

    private static func bytes(_ count: Int) -> [UInt8] {
        var word = UInt64.random(in: 1 ... .max)
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count {
                word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                buffer[index] = UInt8(truncatingIfNeeded: word >> 56)
            }
            initialized = count
        }
    }

    /// How many bytes Redis spends on the largest of its keys.
    private static func largestKey(_ fleet: Fleet) async throws -> Int {
        try await withClient(fleet.redis.unix) { client in
            var largest = 0
            for key in try await client.send(["KEYS", "*"]).array ?? [] {
                let size = try await client.send(RedisCommand("MEMORY", "USAGE", key.string ?? "", "SAMPLES", "0"))
                largest = max(largest, size.int ?? 0)
            }
            return largest
        }
    }

    @Test func tensOfMegabytesNeverTouchRedis() async throws {
        try await Self.run { fleet in
            let door = try await fleet.frontEnd()
            _ = try await fleet.worker("w1")
            let bytes = Self.bytes(48_000_001)
            for type in ["cat", "echo"] {
                let job = try await door.submit(type, bytes, mediaType: "application/x-any")
                let answer = try await door.result(of: job)
                #expect(answer.status == 200)
                #expect(answer["Content-Length"] == "48000001")
                #expect(answer["Content-Type"] == (type == "cat" ? "video/mp4" : "application/x-any"))
                #expect(answer.body == bytes)
                #expect(try await Self.largestKey(fleet) < 10_000)
            }
            let doctor = try await fleet.levee("doctor")
            #expect(doctor.status == 0, "\(doctor)")
        }
    }

    @Test func aWorkerThatIsKilledMidwayLeavesNothingHalf() async throws {
        try await Self.run { fleet in
            let door = try await fleet.frontEnd()
            let first = try await fleet.worker("w1")
            let bytes = Self.bytes(20_000_000)
            let job = try await door.submit("stuck", bytes, mediaType: "application/x-any")
            try await eventually("part of a result is written") { Self.files(fleet).contains { $0.contains(".r1.0~") } }
            first.signal(SIGKILL)
            _ = try await fleet.worker("w2")
            let answer = try await door.result(of: job)
            #expect(answer.body == bytes)
            try await eventually("what the lost worker left is swept") {
                Self.files(fleet).allSatisfy { !$0.contains("~") }
            }
            #expect(Self.files(fleet).count == 2)
        }
    }

    @Test func filesGoWithTheirJobs() async throws {
        try await Self.run { fleet in
            let door = try await fleet.frontEnd()
            _ = try await fleet.worker("w1")
            let kept = try await door.submit("echo", Self.bytes(100_000), mediaType: "a/b")
            _ = try await door.end(of: kept)
            let removed = try await door.submit("echo", Self.bytes(100_000), mediaType: "a/b")
            _ = try await door.end(of: removed)
            let brief = try await door.submit("brief", Self.bytes(100_000), mediaType: "a/b")
            #expect(Self.files(fleet).count >= 5)
            #expect(try await door.send(.DELETE, removed).status == 204)
            try await eventually("the brief one expires") { try await door.send(.GET, brief).status == 410 }
            try await eventually("its files are swept: \(Self.files(fleet))") { Self.files(fleet).count == 2 }
            let id = kept.replacing("/jobs/", with: "")
            #expect(Self.files(fleet).allSatisfy { $0.contains(id) })
        }
    }

    @Test func whatIsLostIsSaid() async throws {
        try await Self.run { fleet in
            let door = try await fleet.frontEnd()
            let waiting = try await door.submit("cat", Self.bytes(100_000), mediaType: "a/b")
            for file in Self.files(fleet) {
                try FileManager.default.removeItem(atPath: "\(fleet.folder.path)/blobs/\(file)")
            }
            let missing = try await fleet.levee("doctor")
            #expect(missing.status == 1)
            #expect(missing.output.contains("has lost its payload"))
            _ = try await fleet.worker("w1")
            let end = try await door.end(of: waiting)
            #expect(try end.text("error", "code") == "payload-lost")

            let done = try await door.submit("cat", Self.bytes(100_000), mediaType: "a/b")
            _ = try await door.end(of: done)
            for file in Self.files(fleet) {
                try FileManager.default.removeItem(atPath: "\(fleet.folder.path)/blobs/\(file)")
            }
            let lost = try await door.result(of: done)
            #expect(lost.status == 410)
            #expect(try lost.text("type") == "urn:levee:problem:result-lost")

            // While the folder is away, jobs wait and clients are told to come again.
            let next = try await door.submit("cat", Self.bytes(100_000), mediaType: "a/b")
            _ = try await door.end(of: next)
            let folder = fleet.folder.path + "/blobs"
            try FileManager.default.moveItem(atPath: folder, toPath: folder + ".away")
            #expect(try await door.result(of: next).status == 503)
            let answer = try await door.send(.POST, "/jobs/cat", type: "a/b", body: Self.bytes(100_000))
            #expect(answer.status == 503)
            try FileManager.default.moveItem(atPath: folder + ".away", toPath: folder)
            #expect(try await door.result(of: next).status == 200)
        }
    }

    @Test func resultsAreHeldToTheirLimit() async throws {
        try await Self.run { fleet in
            let door = try await fleet.frontEnd()
            _ = try await fleet.worker("w1")
            let job = try await door.submit("narrow", Self.bytes(3_000_000), mediaType: "a/b")
            #expect(try await door.end(of: job).text("error", "code") == "output-too-large")
            try await eventually("nothing of the result is left") { Self.files(fleet).count == 1 }
        }
    }

    @Test func aDeadLetterKeepsItsPayloadForARetry() async throws {
        try await Self.run { fleet in
            let doors = try await fleet.doors()
            _ = try await fleet.worker("w1")
            let job = try await doors.jobs.submit("fail", Self.bytes(100_000), mediaType: "a/b")
            _ = try await doors.jobs.end(of: job)
            let retry = try await doors.admin.send(.POST, job + "/retry")
            #expect(retry.status == 201)
            let again = "/jobs/\(try retry.text("id"))"
            #expect(try await doors.jobs.end(of: again).text("error", "code") == "exit-status")
            #expect(Self.files(fleet).count == 2)
            #expect(try await doors.jobs.send(.DELETE, job).status == 204)
            #expect(Self.files(fleet).count == 1)
            let third = try await doors.admin.send(.POST, again + "/retry")
            #expect(third.status == 201)
        }
    }

    @Test func aFolderThatCannotBeUsedIsRefusedWithItsLine() async throws {
        try await Fleet.run(Self.configuration) { fleet in
            let check = try await fleet.levee("check")
            #expect(check.status == 2)
            #expect(check.errors.contains("levee.yaml:2:"))
            #expect(check.errors.contains("there is no such folder"))
            for command in ["serve", "work"] {
                let run = try await fleet.levee(command)
                #expect(run.status == 2, "\(run)")
                #expect(run.errors.contains("blobs.folder"))
            }
        }
    }
}
