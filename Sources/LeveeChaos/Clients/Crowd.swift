// The clients of a run: some submit, some poll, until they are told to stop.

import LeveeLedger
import LeveeLoad

/// Clients side by side.
struct Crowd: Sendable {
    private static let pollers = 4
    /// A client that waits for an answer need not hold up the others.
    private static let mostSubmits = 40

    let client: ChaosClient
    let seed: UInt64
    /// Jobs submitted in a second.
    let rate: Double

    /// Submits jobs at random times, until the task is canceled; what is on its way then is awaited.
    func submit() async throws {
        var generator = SplitMix64(seed: seed)
        try await withThrowingTaskGroup(of: Void.self) { group in
            var count = 0
            while !Task.isCancelled {
                let draft = try JobDraft(label: "job-\(count)", using: &generator)
                let door = client.doors.randomElement(using: &generator) ?? 0
                let chance = Int.random(in: 0..<20, using: &generator)
                if count >= Self.mostSubmits { try await group.next() }
                count += 1
                try client.ledger.write(.submitting(label: draft.order.label, terms: draft.terms))
                group.addTask {
                    try await uncanceled { try await submit(draft, door: door, atOnce: chance.isMultiple(of: 2)) }
                }
                if chance == 0, let id = client.book.random(using: &generator) {
                    try await client.cancel(id, door: door)
                }
                if chance < 3, chance > 0, let id = client.book.failed(using: &generator) {
                    try await client.retry(id, door: door)
                }
                let pause = Duration.seconds(Double.random(in: 0...2, using: &generator) / rate)
                try? await Task.sleep(for: pause)
            }
            try await group.waitForAll()
        }
    }

    /// Submits a job; one with an idempotency key at another front end as well, at once or after the first answer.
    private func submit(_ draft: JobDraft, door: Int, atOnce: Bool) async throws {
        guard draft.terms.key != nil else { return try await client.submit(draft, door: door) }
        let other = client.doors.first { $0 != door } ?? door
        if atOnce {
            async let first: Void = client.submit(draft, door: door)
            try await client.submit(draft, door: other)
            try await first
        } else {
            try await client.submit(draft, door: door)
            try await client.submit(draft, door: other)
        }
    }

    /// Polls jobs, and at times fetches their results, until the task is canceled.
    func poll() async throws {
        try await withThrowingTaskGroup { group in
            for place in 0..<Self.pollers {
                group.addTask {
                    var generator = SplitMix64(seed: seed &+ UInt64(place) &+ 1)
                    while !Task.isCancelled { try await pollOnce(&generator) }
                }
            }
            try await group.waitForAll()
        }
    }

    private func pollOnce(_ generator: inout SplitMix64) async throws {
        try? await Task.sleep(for: .milliseconds(Int.random(in: 10...80, using: &generator)))
        guard let id = client.book.random(using: &generator), let door = client.doors.randomElement(using: &generator)
        else { return }
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: try await client.fetch(id, door: door)
        case 1...5: try await client.observe(id, door: door, asMonitor: true)
        default: try await client.observe(id, door: door, asMonitor: false)
        }
    }

    /// Asks every front end for every result.
    func fetchAll() async throws {
        for id in client.book.all {
            for door in client.doors {
                for _ in 0..<5 { if try await client.fetch(id, door: door) { break } }
                try await client.observe(id, door: door, asMonitor: true)
            }
        }
    }
}
