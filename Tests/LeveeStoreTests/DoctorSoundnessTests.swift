// The doctor on stores that are sound: whatever was done by the scripts, nothing is found. ModelTests ask it on random walks.

import LeveeCore
import LeveeTestSupport
import LeveeTesting
import Synchronization
import Testing

@testable import LeveeStore

/// Tells tasks to end with what they have begun.
private final class Stop: Sendable {
    private let flag = Mutex(false)

    var isSet: Bool { flag.withLock { $0 } }

    func set() { flag.withLock { $0 = true } }
}

@Suite struct DoctorSoundnessTests {
    @Test func anEmptyStoreIsSound() async throws {
        try await withRedisStore { redis in
            let report = try await redis.store.examine(repair: false, patience: .zero)
            #expect(report == Examination(queues: 2))
        }
    }

    @Test func nothingIsFoundUnderLoad() async throws {
        try await withRedisStore { redis in
            let store = redis.store
            let stop = Stop()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<3 { group.addTask { try await Self.submit(to: store, number, until: stop) } }
                for number in 0..<3 { group.addTask { try await Self.work(for: store, "w\(number)", until: stop) } }
                group.addTask {
                    while !stop.isSet {
                        try await redis.advance(by: .milliseconds(600))
                        _ = try await store.tick(lease: leaseTime)
                        try await Task.sleep(for: .milliseconds(2))
                    }
                }
                defer { stop.set() }
                var looked = 0
                for _ in 0..<12 {
                    let report = try await store.examine(repair: false, patience: .zero)
                    try #require(report.findings.isEmpty, "\(report.findings)")
                    looked += report.jobs
                }
                #expect(looked > 1_000)
                stop.set()
                try await group.waitForAll()
            }
            let report = try await store.examine(repair: false, patience: .zero)
            #expect(report.findings.isEmpty, "\(report.findings)")
        }
    }

    /// Submits jobs of all kinds, and cancels and removes some.
    private static func submit(to store: RedisStore, _ number: Int, until stop: Stop) async throws {
        var generator = SeededGenerator(seed: UInt64(number))
        while !stop.isSet {
            let id = try await store.put(
                queue: Bool.random(using: &generator) ? "default" : "other",
                priority: Priority.allCases.randomElement(using: &generator) ?? .normal,
                payload: [UInt8](repeating: 1, count: Int.random(in: 0..<20, using: &generator) == 0 ? 70_000 : 10),
                delay: Int.random(in: 0..<4, using: &generator) == 0 ? .seconds(2) : .zero,
                ageLimit: Int.random(in: 0..<4, using: &generator) == 0 ? .seconds(6) : JobType.defaultAgeLimit,
                deadline: Int.random(in: 0..<4, using: &generator) == 0 ? .seconds(4) : nil
            )
            if Int.random(in: 0..<4, using: &generator) == 0 { _ = try await store.cancel(id) }
            if Int.random(in: 0..<8, using: &generator) == 0 { _ = try await store.remove(id) }
        }
    }

    /// Claims jobs and does with them whatever workers do.
    private static func work(for store: RedisStore, _ name: String, until stop: Stop) async throws {
        var generator = SeededGenerator(seed: UInt64(name.count) + UInt64(name.utf8.last ?? 0))
        var held: [LeasedJob] = []
        while !stop.isSet {
            held += try await store.claim(.by(name, limit: 8, idle: held.isEmpty))
            _ = try await store.beat(.of(name, held.map { ($0.lease, Progress(percent: 5, stage: "half way")) }))
            var settlements: [Settlement] = []
            for job in held {
                switch Int.random(in: 0..<10, using: &generator) {
                case 0..<5: settlements.append(.success(job.lease))
                case 5: settlements.append(.success(job.lease, bytes: [UInt8](repeating: 1, count: 70_000)))
                case 6: settlements.append(.failure(job.lease))
                case 7: settlements.append(.failure(job.lease, .throttle(after: nil)))
                case 8: try await store.release([job.lease], by: nil)
                default: break
                }
            }
            _ = try await store.settle(settlements, claiming: nil)
            held = []
        }
        try await store.leave(worker: name)
    }
}
