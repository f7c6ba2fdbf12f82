// What clients and operators do with jobs in a random walk.

import LeveeCore
import LeveeTesting

extension RandomWalk {
    mutating func submit() async throws {
        let again = !jobs.isEmpty && Int.random(in: 0..<20, using: &generator) == 0
        let id = again ? jobs.randomElement(using: &generator) : nil
        let chance = Int.random(in: 0..<10, using: &generator)
        // Some keys are sent again with the same payload, some with another.
        let hasKey = Int.random(in: 0..<3, using: &generator) == 0
        var sample = NewJob.sample(
            id ?? ids.mint(partition: "00", using: &generator),
            type: Self.types.randomElement(using: &generator) ?? "echo",
            queue: Self.queues.randomElement(using: &generator) ?? "default",
            priority: Priority.allCases.randomElement(using: &generator) ?? .normal,
            payload: [UInt8](
                repeating: 0x78,
                count: Int.random(in: hasKey ? 7...8 : 0...(chance == 0 ? 400_000 : 300), using: &generator)
            ),
            maxAttempts: Int.random(in: 1...3, using: &generator),
            delay: chance < 3 ? .milliseconds(Int.random(in: 1...9_000, using: &generator)) : .zero,
            ageLimit: chance > 6 || chance == 1
                ? .seconds(Int.random(in: 2...30, using: &generator)) : JobType.defaultAgeLimit,
            retention: chance == 5 ? .seconds(43_200) : nil,
            deadline: chance == 6 || chance == 9 ? .seconds(Int.random(in: 2...20, using: &generator)) : nil,
            tenant: Self.tenants.randomElement(using: &generator) ?? .standard,
            key: hasKey ? Self.keys.randomElement(using: &generator) : nil,
            followUps: followUps(),
            request: chance == 2 || chance == 7 ? Self.heads.randomElement(using: &generator) : nil,
            trace: chance < 5 ? Self.traces.randomElement(using: &generator) : nil
        )
        if isOne(in: 6) {
            let blob = Blob.sample(.payload(of: sample.id), length: sample.payload.length)
            sample.payload = Content(mediaType: sample.payload.mediaType, blob: blob)
        }
        let job = sample
        let rules = QueueRules(
            name: job.queue,
            maxReady: chance == 9 ? 4 : nil,
            maxBytes: chance == 8 ? 900 : nil,
            maxAhead: chance == 4 || chance == 9 ? 3 : nil
        )
        let reply = try await compare("submit \(job.id)") { try await $0.submit(job, rules: rules) }
        if case .accepted = reply {
            if !jobs.contains(job.id) { jobs.append(job.id) }
            histories[job.id] = nil
            sizes[job.id] = job.payload.length
        }
    }

    mutating func cancel() async throws {
        guard let id = jobs.randomElement(using: &generator) else { return }
        let (tenant, versions) = (tenant(), versions())
        _ = try await compare("cancel \(id)") { try await $0.cancel(id, by: tenant, expecting: versions) }
    }

    mutating func remove() async throws {
        guard let id = jobs.randomElement(using: &generator) else { return }
        let (tenant, versions) = (tenant(), versions())
        _ = try await compare("remove \(id)") { try await $0.remove(id, by: tenant, expecting: versions) }
    }

    /// Which versions will do: mostly any.
    private mutating func versions() -> [Int]? {
        guard Int.random(in: 0..<4, using: &generator) == 0 else { return nil }
        return (0..<Int.random(in: 0..<4, using: &generator)).map { _ in Int.random(in: 1..<6, using: &generator) }
    }

    /// Who asks: mostly one who may ask for all.
    private mutating func tenant() -> Tenant? {
        Int.random(in: 0..<3, using: &generator) == 0 ? Self.tenants.randomElement(using: &generator) : nil
    }

    mutating func pauseQueue() async throws {
        let queue = Self.queues.randomElement(using: &generator) ?? "default"
        let paused = Int.random(in: 0..<3, using: &generator) == 0
        _ = try await compare("pause \(queue) \(paused)") { store in
            try await store.setPaused(paused, queue: queue)
            return true
        }
    }

    mutating func retry() async throws {
        let dead = histories.filter { $0.value.last?.state == .failed }.keys.sorted { $0.text < $1.text }
        guard let id = Bool.random(using: &generator) ? dead.randomElement(using: &generator) : jobs.last else {
            return
        }
        let newID = ids.mint(partition: "00", using: &generator)
        let reply = try await compare("retry \(id)") { try await $0.retry(id, as: newID) }
        if case .retried = reply {
            jobs.append(newID)
            sizes[newID] = sizes[id]
        }
    }

    /// Reads all dead letters of a queue, page by page.
    mutating func list() async throws {
        let queue = Self.queues.randomElement(using: &generator) ?? "default"
        var cursor: DeadLetterCursor?
        repeat {
            let after = cursor
            let page = try await compare("dead letters of \(queue)") { store in
                try await store.deadLetters(in: queue, after: after, limit: 2)
            }
            cursor = page.next
        } while cursor != nil && mismatch == nil
    }

    mutating func purge() async throws {
        let queue = Self.queues.randomElement(using: &generator) ?? "default"
        _ = try await compare("purge of \(queue)") { try await $0.purgeDeadLetters(in: queue) }
    }

    /// Lists jobs: those that live page by page; those that have ended as a whole, since jobs that end by one call have no order.
    mutating func browse() async throws {
        let used = histories.isEmpty ? nil : Self.queues.randomElement(using: &generator)
        var filter = JobFilter(states: Set(JobState.allCases.shuffled(using: &generator).prefix(4)))
        let isKnown = try await right.overview().queues.contains { $0.name == used }
        if let used, isKnown, Bool.random(using: &generator) { filter.queue = used }
        let ended = Bool.random(using: &generator)
        filter.states = filter.states.filter { $0.isTerminal == ended }
        let limit = Int.random(in: 1...5, using: &generator)
        let wanted = filter
        if wanted.states.contains(where: \.isTerminal) {
            _ = try await compare("ended jobs, \(wanted)") { store in
                let jobs = try await Self.all(wanted, limit: limit, in: store)
                return Dictionary(jobs.map { ($0.id, $0) }) { first, _ in first }
            }
            return
        }
        var cursor: JobCursor?
        repeat {
            let after = cursor
            let listing = try await compare("jobs after \(after?.text ?? "nothing"), \(wanted)") { store in
                try await store.jobs(wanted, after: after, limit: limit)
            }
            if case .page(let page) = listing { cursor = page.next } else { cursor = nil }
        } while cursor != nil && mismatch == nil
    }

    private static func all(_ filter: JobFilter, limit: Int, in store: AnyStore) async throws -> [JobRecord] {
        var jobs: [JobRecord] = []
        var cursor: JobCursor?
        repeat {
            guard case .page(let page) = try await store.jobs(filter, after: cursor, limit: limit) else { break }
            jobs += page.jobs
            cursor = page.next
        } while cursor != nil && jobs.count < 10_000  // more than a walk makes: pages that never end
        return jobs
    }

    mutating func empty() async throws {
        let queue = Self.queues.randomElement(using: &generator) ?? "default"
        var cursor: EmptyingCursor?
        repeat {
            let after = cursor
            cursor = try await compare("emptying of \(queue)") { try await $0.cancelWaiting(in: queue, after: after) }
                .next
        } while cursor != nil && mismatch == nil
    }
}
