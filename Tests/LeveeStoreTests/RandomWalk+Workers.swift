// What workers and autoscalers do in a random walk, and what befalls them.

import LeveeCore
import LeveeTesting

extension RandomWalk {
    mutating func claim() async throws {
        let worker = worker()
        let cap = Int.random(in: 0..<3, using: &generator) == 0 ? 3 : nil
        let rate = Int.random(in: 0..<4, using: &generator) == 0 ? StartRate(4, per: .second) : nil
        let request = ClaimRequest.by(
            worker,
            limit: Int.random(in: 1...6, using: &generator),
            idle: !held.contains { $0.worker == worker },
            queues: Self.queues.shuffled(using: &generator).map { QueueRules(name: $0, concurrency: cap, rate: rate) }
        )
        let leased = try await compare("claim by \(worker)") { try await $0.claim(request) }
        learn(of: leased, worker)
    }

    /// Has a worker know what it holds, unless the reply is lost on its way.
    private mutating func learn(of leased: [LeasedJob], _ worker: String) {
        if !isOne(in: 10) { held += leased.map { (worker, $0.lease) } }
    }

    private mutating func worker() -> String { workers.randomElement(using: &generator) ?? "w1" }

    /// Has a worker die with all that it holds.
    mutating func die() {
        let worker = worker()
        last = "death of \(worker)"
        deaths += 1
        held.removeAll { $0.worker == worker }
        workers.removeAll { $0 == worker }
        workers.append("w\(deaths + 3)")
    }

    mutating func settle() async throws {
        var settlements: [Settlement] = []
        for (_, lease) in held.shuffled(using: &generator).prefix(Int.random(in: 1...3, using: &generator)) {
            switch Int.random(in: 0..<11, using: &generator) {
            case 0..<3: settlements.append(.success(lease))
            case 3:
                settlements.append(.success(lease, fields: [HeaderField("ETag", "\"7\""), HeaderField("Link", "<a>")]))
            case 10:
                let blob = Blob.sample(.result(of: lease.id, fence: lease.fence), length: 5_000_000)
                settlements.append(.success(lease, blob: blob))
            case 4: settlements.append(.success(lease, bytes: [UInt8](repeating: 1, count: 70_000)))
            case 5, 6: settlements.append(.failure(lease, after: .milliseconds(1_500)))
            case 7: settlements.append(.failure(lease, .throttle(after: nil), after: .seconds(3)))
            case 8: settlements.append(.failure(lease, .final, answer: .sample))
            default: settlements.append(Settlement(lease: lease, outcome: .canceled, busy: .zero))
            }
        }
        // No worker says two things of one attempt in one call.
        if let old = settled.randomElement(using: &generator), Bool.random(using: &generator),
            !settlements.contains(where: { $0.lease == old.lease })
        {
            settlements.append(old)
        }
        let worker = worker()
        let request = Bool.random(using: &generator) ? ClaimRequest.by(worker, limit: 2) : nil
        let batch = settlements
        let reply = try await compare("settle \(batch.map(\.lease))") { try await $0.settle(batch, claiming: request) }
        let done = Set(batch.map(\.lease))
        if Bool.random(using: &generator) { held.removeAll { done.contains($0.lease) } }
        learn(of: reply.claimed, worker)
        settled += batch
    }

    mutating func beat() async throws {
        let worker = worker()
        var running: [(lease: Lease, progress: Progress?)] = []
        for (owner, lease) in held where owner == worker {
            let percent = Int.random(in: 0...100, using: &generator)
            let hasNews = Int.random(in: 0..<3, using: &generator) == 0
            running.append((lease, hasNews ? Progress(percent: percent, stage: "half way", message: nil) : nil))
        }
        let beat = Heartbeat.of(worker, running)
        let verdicts = try await compare("beat of \(worker)") { try await $0.beat(beat) }
        if Bool.random(using: &generator) { held.removeAll { verdicts[$0.lease] == .lost } }
    }

    mutating func release() async throws {
        let leases = held.shuffled(using: &generator).prefix(2).map(\.lease)
        _ = try await compare("release \(leases)") { store in
            try await store.release(leases, by: nil)
            return true
        }
        held.removeAll { leases.contains($0.lease) }
    }

    mutating func leave() async throws {
        let worker = worker()
        _ = try await compare("leave of \(worker)") { store in
            try await store.leave(worker: worker)
            return true
        }
    }

    /// What autoscalers and operators do.
    mutating func scale() async throws {
        let name = ["a1", "a2"].randomElement(using: &generator) ?? "a1"
        let number = Int.random(in: 0...9, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0..<3:
            _ = try await compare("lead as \(name)") { try await $0.lead(as: name, for: .seconds(2)) }
        case 3:
            let verdict = ScalingVerdict(desired: number, change: .up, reason: "for a reason")
            _ = try await compare("announce as \(name)") { store in
                try await store.announce(verdict, as: name)
                return true
            }
        case 4:
            _ = try await compare("resign as \(name)") { store in
                try await store.resign(as: name)
                return true
            }
        default:
            let target = number < 5 ? number : nil
            _ = try await compare("hold at \(number)") { store in
                try await store.setManualTarget(target)
                return true
            }
        }
    }

    mutating func tick() async throws {
        _ = try await compare("tick") { try await $0.tick(lease: leaseTime) }
    }
}
