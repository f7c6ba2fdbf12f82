// Listing all jobs and emptying queues, on both stores.

import LeveeCore
import LeveeRedis
import LeveeTestSupport
import LeveeTesting
import Testing

@testable import LeveeStore

@Suite struct CatalogTests {
    /// Reads all pages, with what is done after each.
    private static func pages(
        of filter: JobFilter,
        in store: AnyStore,
        limit: Int,
        between: (Int) async throws -> Void = { _ in }
    ) async throws -> [[JobRecord]] {
        var pages: [[JobRecord]] = []
        var cursor: JobCursor?
        repeat {
            guard case .page(let page) = try await store.jobs(filter, after: cursor, limit: limit) else {
                throw NotAccepted()
            }
            pages.append(page.jobs)
            cursor = page.next
            try await between(pages.count)
            try #require(pages.count < 1_000, "there is no end")
        } while cursor != nil
        return pages
    }

    /// Jobs in every state and both queues; by their states.
    private static func fill(_ store: AnyStore) async throws -> [JobState: [JobID]] {
        var ids: [JobState: [JobID]] = [:]
        func work(_ count: Int, _ outcome: (Lease) -> Settlement) async throws -> [JobID] {
            var made: [JobID] = []
            for number in 0..<count { made.append(try await store.put(queue: number % 2 == 0 ? "default" : "other")) }
            let leased = try await store.claim(.by("w1", limit: count))
            _ = try await store.settle(leased.map { outcome($0.lease) }, claiming: nil)
            return made
        }
        ids[.succeeded] = try await work(5) { .success($0, bytes: [UInt8](repeating: 1, count: 400)) }
        ids[.failed] = try await work(3) { .failure($0, .final) }
        var canceled: [JobID] = []
        for _ in 0..<2 { canceled.append(try await store.put(queue: "other")) }
        for id in canceled { _ = try await store.cancel(id) }
        ids[.canceled] = canceled
        for _ in 0..<4 { ids[.running, default: []].append(try await store.put()) }
        _ = try await store.claim(.by("w1", limit: 4))
        for number in 0..<7 {
            let priority = Priority.allCases[number % 3]
            ids[.queued, default: []].append(
                try await store.put(queue: number < 4 ? "default" : "other", priority: priority)
            )
        }
        for number in 0..<6 {
            ids[.scheduled, default: []].append(
                try await store.put(queue: number < 3 ? "default" : "other", delay: .seconds(60 - number))
            )
        }
        return ids
    }

    @Test(arguments: StoreKind.allCases, [1, 2, 3, 100])
    func everyJobStandsOnOnePage(kind: StoreKind, limit: Int) async throws {
        try await withStore(kind) { test in
            let ids = try await Self.fill(test.store)
            let pages = try await Self.pages(of: JobFilter(), in: test.store, limit: limit)
            #expect(pages.allSatisfy { $0.count <= limit })
            let all = pages.joined().map(\.id)
            #expect(all.count == Set(all).count, "none twice")
            #expect(Set(all) == Set(ids.values.joined()))
            for record in pages.joined() {
                var wanted = try await test.store.job(record.id)
                wanted?.result?.inline = nil
                #expect(record == wanted)
            }
            let states = pages.joined().map(\.state)
            let order: [JobState] = [.running, .queued, .scheduled]
            #expect(states.prefix { !$0.isTerminal } == states.filter { !$0.isTerminal }[...])
            #expect(states.filter { !$0.isTerminal } == order.flatMap { state in states.filter { $0 == state } })
        }
    }

    @Test(arguments: StoreKind.allCases)
    func filtersLeaveWhatIsAskedFor(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            let ids = try await Self.fill(store)
            for state in JobState.allCases {
                let found = try await Self.pages(of: JobFilter(states: [state]), in: store, limit: 2).joined()
                #expect(Set(found.map(\.id)) == Set(ids[state] ?? []), "\(state)")
            }
            for queue in ["default", "other"] {
                let found = Array(try await Self.pages(of: JobFilter(queue: queue), in: store, limit: 3).joined())
                #expect(!found.isEmpty && found.allSatisfy { $0.queue == queue })
            }
            let some = JobFilter(states: [.queued, .failed], type: "echo", queue: "other")
            let found = try await Self.pages(of: some, in: store, limit: 100).joined()
            #expect(found.count == 4)
            #expect(try await Self.pages(of: JobFilter(type: "other"), in: store, limit: 5).joined().isEmpty)
            #expect(try await store.jobs(JobFilter(queue: "nowhere"), after: nil, limit: 1) == .unknownQueue)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func linesAndScheduleAreListedInTheirOrder(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            var waiting: [JobID] = []
            for _ in 0..<5 { waiting.append(try await store.put()) }
            let first = try await store.put(priority: .high)
            var due: [JobID] = []
            for seconds in [30, 10, 20] { due.append(try await store.put(delay: .seconds(seconds))) }
            let queued = try await Self.pages(of: JobFilter(states: [.queued]), in: store, limit: 2).joined().map(\.id)
            #expect(queued == [first] + waiting)
            let scheduled = try await Self.pages(of: JobFilter(states: [.scheduled]), in: store, limit: 1).joined()
            #expect(scheduled.map(\.id) == [due[1], due[2], due[0]])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aJobThatStaysIsNeverPassedOver(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            var kept: Set<JobID> = []
            for _ in 0..<12 { kept.insert(try await store.put(priority: .low)) }
            for _ in 0..<9 { kept.insert(try await store.put(delay: .seconds(500))) }
            // Between two pages jobs before and after the cursor come, go, end and are put off.
            let filter = JobFilter(states: [.queued, .scheduled])
            let pages = try await Self.pages(of: filter, in: store, limit: 2) { number in
                _ = try await store.put(priority: .high)
                _ = try await store.put(priority: .low)
                _ = try await store.put(delay: .seconds(number % 2 == 0 ? 1 : 900))
                let leased = try await store.claim(.by("w1", limit: 2))
                for job in leased where kept.contains(job.lease.id) {
                    kept.remove(job.lease.id)
                    if number % 3 == 0 { try await store.release([job.lease], by: nil) }
                }
                if let id = kept.first, number % 4 == 0 {
                    _ = try await store.cancel(id)
                    kept.remove(id)
                }
                if number > 30 { _ = try await store.cancelWaiting(in: "default", after: nil) }
            }
            #expect(kept.isSubset(of: Set(pages.joined().map(\.id))))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func removedAndSuspectJobsAreListedAsTheyAre(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            var suspects: Set<JobID> = []
            for _ in 0..<3 { suspects.insert(try await store.put()) }
            for _ in 0..<2 {
                _ = try await store.claim(.by("w1"))
                for _ in 0..<7 {
                    try await test.advance(by: .seconds(1))
                    try await store.tick(lease: leaseTime)
                }
            }
            let found = try await Self.pages(of: JobFilter(), in: store, limit: 1).joined()
            #expect(Set(found.map(\.id)) == suspects)
            #expect(found.allSatisfy { $0.state == .queued && $0.stalls == 2 })
            let ended = try await store.put(queue: "other")
            _ = try await store.cancel(ended)
            _ = try await store.remove(ended)
            #expect(try await Self.pages(of: JobFilter(states: [.canceled]), in: store, limit: 5).joined().isEmpty)
        }
    }

    @Test(
        arguments: StoreKind.allCases,
        [
            "x", "running", "running/", "queued/default:1", "queued/default:3/1", "queued/nowhere:1/1",
            "ended/default/x/y",
            "scheduled//", "a/b/c",
        ]
    )
    func whatNoPageHasNamedIsNoCursor(kind: StoreKind, text: String) async throws {
        try await withStore(kind) { test in
            _ = try await test.store.put()
            let listing = try await test.store.jobs(JobFilter(), after: JobCursor(text), limit: 5)
            if text == "scheduled//" {
                #expect(listing == .page(JobPage(jobs: [], next: nil)), "the beginning of a place is one")
            } else {
                #expect(listing == .unknownCursor)
            }
        }
    }

    @Test(arguments: [
        "queued/default:1/99999999999999999999", "queued/default:1/1e9", "queued/default:1/-1", "scheduled//1",
        "scheduled//99999999999999999999.x", "running//99999999999999999999.", "running//x.", "ended/default/*",
    ])
    func aCursorThatWasTamperedWithIsRefused(text: String) async throws {
        try await withRedisStore { redis in
            let listing = try await redis.store.jobs(JobFilter(), after: JobCursor(text), limit: 5)
            #expect(listing == .unknownCursor)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func pagesEndThoughAnIdHasEndedTwice(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            let again = NewJob.sample(store.newID())
            func end() async throws { _ = try await store.cancel(again.id) }
            _ = try await store.submit(again, rules: QueueRules(name: again.queue))
            try await end()
            _ = try await store.remove(again.id)
            for _ in 0..<3 { _ = try await store.cancel(try await store.put()) }
            _ = try await store.submit(again, rules: QueueRules(name: again.queue))
            try await end()
            let pages = try await Self.pages(of: JobFilter(states: [.canceled]), in: store, limit: 1)
            #expect(Set(pages.joined().map(\.id)).count == 4)
        }
    }

    @Test func oneCallLooksAtABoundedNumberOfEntries() async throws {
        try await withRedisStore { redis in
            let store = redis.store
            for _ in 0..<1_400 { _ = try await store.put() }
            _ = try await store.put(queue: "other")
            let filter = JobFilter(states: [.queued], type: "none")
            let pages = try await Self.pages(of: filter, in: store, limit: 100)
            #expect(pages.count >= 3 && pages.allSatisfy(\.isEmpty))
            _ = try await redis.command("CONFIG", "RESETSTAT")
            _ = try await store.jobs(filter, after: nil, limit: 500)
            let stats = try #require(try await redis.command("INFO", "commandstats").string)
            let reads = try #require(stats.firstMatch(of: /cmdstat_hmget:calls=(\d+)/).flatMap { Int($0.output.1) })
            #expect(reads <= 500)
            let all = try await Self.pages(of: JobFilter(states: [.queued]), in: store, limit: 500).joined()
            #expect(Set(all.map(\.id)).count == 1_401)
        }
    }

    @Test func manyRunningJobsAreAllListedWhileTheirLeasesMove() async throws {
        try await withRedisStore { redis in
            let store = redis.store
            for _ in 0..<400 { _ = try await store.put() }
            let leased = try await store.claim(.by("w1", limit: 400))
            try #require(leased.count == 400)
            let pages = try await Self.pages(of: JobFilter(states: [.running]), in: store, limit: 30) { number in
                try await redis.advance(by: .milliseconds(700))
                let some = leased.filter { $0.lease.id.text.utf8.reduce(0) { $0 &+ Int($1) } % 3 == number % 3 }
                _ = try await store.beat(.of("w1", some.map { ($0.lease, nil) }))
            }
            let ids = pages.joined().map(\.id)
            #expect(Set(ids) == Set(leased.map(\.lease.id)))
            #expect(ids.count == 400, "none twice, while none comes or goes")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aPurgeCancelsWhatWaitsAndNothingElse(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            var ids: [JobID] = []
            for number in 0..<130 {
                ids.append(try await store.put(priority: Priority.allCases[number % 3]))
            }
            for number in 0..<130 {
                ids.append(try await store.put(delay: .seconds(number / 10 + 1)))
                _ = try await store.put(queue: "other", delay: .seconds(number / 10 + 1))
            }
            for id in ids.prefix(7) { _ = try await store.cancel(id) }
            let running = try await store.claim(.by("w1", limit: 3, queues: [QueueRules(name: "default")]))
            let kept = Set(running.map(\.lease.id))
            var (canceled, calls) = (0, 0)
            var cursor: EmptyingCursor?
            repeat {
                let step = try await store.cancelWaiting(in: "default", after: cursor)
                #expect(step.canceled <= 100)
                canceled += step.canceled
                calls += 1
                cursor = step.next
                try #require(calls < 20)
            } while cursor != nil
            #expect(canceled == ids.count - 7 - 3)
            for id in ids where !kept.contains(id) { #expect(try await store.job(id)?.state == .canceled) }
            for id in kept { #expect(try await store.job(id)?.state == .running) }
            let figures = try await store.figures(of: "default")
            #expect((figures.ready, figures.scheduled, figures.running) == (0, 0, 3))
            #expect(figures.entered == figures.left && figures.stale == [0, 0, 0])
            let other = try await store.figures(of: "other")
            #expect(other.scheduled == 130 && other.canceled == 0)
            if let redis = store as? RedisStore {
                #expect(try await redis.examine(repair: false, patience: .zero).findings.isEmpty)
            }
        }
    }
}
