// A random sequence of operations, done on two stores at once.

import LeveeCore
import LeveeTestSupport
import LeveeTesting
import Synchronization

/// Collects transitions from several runs.
final class Found: Sendable {
    private let transitions = Mutex<Set<JobTransition>>([])

    var all: Set<JobTransition> { transitions.withLock { $0 } }

    func add(_ more: Set<JobTransition>) { transitions.withLock { $0.formUnion(more) } }
}

/// The walk: what it knows is only what a front end and some workers would know.
struct RandomWalk {
    /// How far ahead of Redis a walk begins: by more than its clock goes back, since keys live by that of Redis.
    static let ahead = Duration.seconds(10_000)

    private static let queues = ["default", "other"]
    private static let workers = ["w1", "w2", "w3"]
    private static let tenants = [Tenant.standard, Tenant("red")]
    private static let keys = (1...4).compactMap { IdempotencyKey("key \($0)") }
    private static let types = ["echo", "square", "sleep"]

    private var generator: SeededGenerator
    private let left: AnyStore
    private let right: AnyStore
    private let ids = JobIDAuthority(secret: [1])
    private var jobs: [JobID] = []
    private var sizes: [JobID: Int] = [:]
    private var histories: [JobID: [HistoryEntry]] = [:]
    private var held: [(worker: String, lease: Lease)] = []
    private var settled: [Settlement] = []
    private var mismatch: String?
    /// What the last step did, for the message of a failure.
    private(set) var last = ""

    init(seed: UInt64, left: AnyStore, right: AnyStore) {
        generator = SeededGenerator(seed: seed)
        self.left = left
        self.right = right
    }

    /// How long to let time stand still no more before the next step, if at all.
    mutating func pause() -> Duration? {
        switch Int.random(in: 0..<21, using: &generator) {
        case 0..<8: .milliseconds(Int.random(in: 1...900, using: &generator))
        case 8..<10: .milliseconds(Int.random(in: 1_000...4_000, using: &generator))
        case 10: .seconds(isOne(in: 5) ? 1_000 : 12)
        // Somebody has set the clock back.
        case 11: .milliseconds(-Int.random(in: 1...(isOne(in: 5) ? 1_000_000 : 4_000), using: &generator))
        default: nil
        }
    }

    private mutating func isOne(in count: Int) -> Bool { Int.random(in: 0..<count, using: &generator) == 0 }

    mutating func step() async throws {
        switch Int.random(in: 0..<113, using: &generator) {
        case 0..<24: try await submit()
        case 24..<44: try await claim()
        case 44..<62: try await settle()
        case 62..<70: try await beat()
        case 70..<74: try await release()
        case 74..<80: try await cancel()
        case 80..<82: try await remove()
        case 82..<85: try await pauseQueue()
        case 100..<103: try await scale()
        case 103: try await leave()
        case 104..<107: try await retry()
        case 107: try await list()
        case 108: try await purge()
        case 109..<112: try await browse()
        case 112: try await empty()
        default: try await tick()
        }
    }

    // MARK: Operations

    private mutating func compare<Reply: Equatable & Sendable>(
        _ name: String,
        _ operation: @Sendable (AnyStore) async throws -> Reply
    ) async throws -> Reply {
        last = name
        let (first, second) = (try await operation(left), try await operation(right))
        if first != second { mismatch = "\(name) answered \(first), the model \(second)" }
        return first
    }

    private mutating func submit() async throws {
        let again = !jobs.isEmpty && Int.random(in: 0..<20, using: &generator) == 0
        let id = again ? jobs.randomElement(using: &generator) : nil
        let chance = Int.random(in: 0..<10, using: &generator)
        // Some keys are sent again with the same payload, some with another.
        let hasKey = Int.random(in: 0..<3, using: &generator) == 0
        let job = NewJob.sample(
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
            key: hasKey ? Self.keys.randomElement(using: &generator) : nil
        )
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
            sizes[job.id] = job.payload.bytes.count
        }
    }

    private mutating func claim() async throws {
        let worker = Self.workers.randomElement(using: &generator) ?? "w1"
        let cap = Int.random(in: 0..<3, using: &generator) == 0 ? 3 : nil
        let request = ClaimRequest.by(
            worker,
            limit: Int.random(in: 1...6, using: &generator),
            idle: !held.contains { $0.worker == worker },
            queues: Self.queues.shuffled(using: &generator).map { QueueRules(name: $0, concurrency: cap) }
        )
        let leased = try await compare("claim by \(worker)") { try await $0.claim(request) }
        held += leased.map { (worker, $0.lease) }
    }

    private mutating func settle() async throws {
        var settlements: [Settlement] = []
        for (_, lease) in held.shuffled(using: &generator).prefix(Int.random(in: 1...3, using: &generator)) {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<4: settlements.append(.success(lease))
            case 4: settlements.append(.success(lease, bytes: [UInt8](repeating: 1, count: 70_000)))
            case 5, 6: settlements.append(.failure(lease, after: .milliseconds(1_500)))
            case 7: settlements.append(.failure(lease, .throttle(after: nil), after: .seconds(3)))
            case 8: settlements.append(.failure(lease, .final))
            default: settlements.append(Settlement(lease: lease, outcome: .canceled, busy: .zero))
            }
        }
        // No worker says two things of one attempt in one call.
        if let old = settled.randomElement(using: &generator), Bool.random(using: &generator),
            !settlements.contains(where: { $0.lease == old.lease })
        {
            settlements.append(old)
        }
        let request = Bool.random(using: &generator) ? ClaimRequest.by("w1", limit: 2) : nil
        let batch = settlements
        let reply = try await compare("settle \(batch.map(\.lease))") { try await $0.settle(batch, claiming: request) }
        let done = Set(batch.map(\.lease))
        if Bool.random(using: &generator) { held.removeAll { done.contains($0.lease) } }
        held += reply.claimed.map { ("w1", $0.lease) }
        settled += batch
    }

    private mutating func beat() async throws {
        let worker = Self.workers.randomElement(using: &generator) ?? "w1"
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

    private mutating func release() async throws {
        let leases = held.shuffled(using: &generator).prefix(2).map(\.lease)
        _ = try await compare("release \(leases)") { store in
            try await store.release(leases, by: nil)
            return true
        }
        held.removeAll { leases.contains($0.lease) }
    }

    private mutating func cancel() async throws {
        guard let id = jobs.randomElement(using: &generator) else { return }
        let (tenant, versions) = (tenant(), versions())
        _ = try await compare("cancel \(id)") { try await $0.cancel(id, by: tenant, expecting: versions) }
    }

    private mutating func remove() async throws {
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

    private mutating func pauseQueue() async throws {
        let queue = Self.queues.randomElement(using: &generator) ?? "default"
        let paused = Int.random(in: 0..<3, using: &generator) == 0
        _ = try await compare("pause \(queue) \(paused)") { store in
            try await store.setPaused(paused, queue: queue)
            return true
        }
    }

    private mutating func leave() async throws {
        let worker = Self.workers.randomElement(using: &generator) ?? "w1"
        _ = try await compare("leave of \(worker)") { store in
            try await store.leave(worker: worker)
            return true
        }
    }

    private mutating func retry() async throws {
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
    private mutating func list() async throws {
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

    private mutating func purge() async throws {
        let queue = Self.queues.randomElement(using: &generator) ?? "default"
        _ = try await compare("purge of \(queue)") { try await $0.purgeDeadLetters(in: queue) }
    }

    /// Lists jobs: those that live page by page; those that have ended as a whole, since jobs that end by one call have no order.
    private mutating func browse() async throws {
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
        } while cursor != nil
        return jobs
    }

    private mutating func empty() async throws {
        let queue = Self.queues.randomElement(using: &generator) ?? "default"
        var cursor: EmptyingCursor?
        repeat {
            let after = cursor
            cursor = try await compare("emptying of \(queue)") { try await $0.cancelWaiting(in: queue, after: after) }
                .next
        } while cursor != nil && mismatch == nil
    }

    /// What autoscalers and operators do.
    private mutating func scale() async throws {
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

    private mutating func tick() async throws {
        _ = try await compare("tick") { try await $0.tick(lease: leaseTime) }
    }

    // MARK: Comparison

    /// What differs between the two stores, if anything does.
    mutating func difference() async throws -> String? {
        if let mismatch { return mismatch }
        let ended = jobs.filter { histories[$0]?.last?.state.isTerminal ?? false }
        let some = ended.shuffled(using: &generator).prefix(3)
        let views = try await Self.views(of: jobs.filter { !ended.contains($0) } + some, left, right)
        for (id, view, wanted) in views {
            if view != wanted { return "job \(id) is \(view), in the model \(wanted)" }
            if let log = view.log { histories[id] = log }
            if let record = view.record, view.log?.last?.state != record.state {
                return "the log of \(id) does not end in \(record.state)"
            }
        }
        let records = views.compactMap { $0.1.record }
        for queue in Self.queues {
            if let wrong = try await untruth(of: queue, records.filter { $0.queue == queue && !$0.state.isTerminal }) {
                return wrong
            }
            let (first, second) = (try await left.figures(of: queue), try await right.figures(of: queue))
            if first != second { return "queue \(queue) shows \(first), in the model \(second)" }
            let (line, wanted) = (try await left.line(of: queue), try await right.line(of: queue))
            if line != wanted { return "the line of \(queue) is \(line), in the model \(wanted)" }
        }
        let (first, second) = (try await left.overview(), try await right.overview())
        // A queue that was never used has no figures; the model learns of it only then.
        let known = Set(second.queues.map(\.name))
        var shown = first
        shown.queues.removeAll { !known.contains($0.name) }
        if shown != second { return "the overview shows \(shown), in the model \(second)" }
        return nil
    }

    /// What the figures of a queue say that its jobs do not bear out, if anything.
    private func untruth(of queue: String, _ jobs: [JobRecord]) async throws -> String? {
        let figures = try await left.figures(of: queue)
        func count(_ state: JobState) -> Int { jobs.count { $0.state == state } }
        let bytes = jobs.reduce(0) { $0 + sizes[$1.id, default: 0] }
        // A suspect that was canceled is counted until it is popped.
        let ready = figures.ready
        guard figures.running == count(.running), figures.scheduled == count(.scheduled), figures.bytes == bytes,
            (count(.queued)...count(.queued) + figures.suspect).contains(ready)
        else { return "queue \(queue) shows \(figures), but its jobs are \(jobs.map(\.state)) of \(bytes) bytes" }
        return nil
    }

    /// What a client sees of a job.
    private struct View: Equatable, Sendable {
        var record: JobRecord?
        var log: [HistoryEntry]?
        var place: JobPlace?

        init(_ store: AnyStore, _ id: JobID) async throws {
            record = try await store.job(id)
            log = try await store.history(of: id)
            place = try await store.place(of: id)
        }
    }

    private static func views(
        of ids: [JobID],
        _ left: AnyStore,
        _ right: AnyStore
    ) async throws -> [(JobID, View, View)] {
        try await withThrowingTaskGroup(of: (JobID, View, View).self) { group in
            for id in ids { group.addTask { (id, try await View(left, id), try await View(right, id)) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// The transitions that the logs of all jobs show.
    func transitions() async throws -> Set<JobTransition> {
        var found: Set<JobTransition> = []
        for log in histories.values {
            var before: JobState?
            for entry in log {
                if entry.state != before { found.insert(JobTransition(from: before, to: entry.state)) }
                before = entry.state
            }
        }
        return found
    }
}
