// Tests of the admin door: queues, workers and metrics of a store with something in it.

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LeveeCore
import LeveeTesting
import Logging
import NIOCore
import Synchronization
import Testing

@testable import LeveeGateway

@Suite("Admin door")
struct AdminDoorTests {
    private static let start = Timestamp(milliseconds: 1_795_300_985_000)

    /// A fleet that is read from memory, or away.
    private final class ShownFleet: FleetInspection {
        let store: InMemoryStore
        private let calls = Mutex(0)
        private let isAway = Mutex(false)

        init(store: InMemoryStore) { self.store = store }

        var reads: Int { calls.withLock { $0 } }

        func goAway() { isAway.withLock { $0 = true } }

        func overview() async throws(StoreError) -> FleetOverview {
            calls.withLock { $0 += 1 }
            if isAway.withLock({ $0 }) { throw .unavailable("gone") }
            return try await store.overview()
        }
    }

    private func withDoor(
        _ body: @Sendable (any TestClientProtocol, ShownFleet, ManualClock) async throws -> Void
    ) async throws {
        let clock = ManualClock(Self.start)
        let fleet = ShownFleet(store: InMemoryStore(clock: { clock.now }))
        let full = ProbedStore(clock: { clock.now })
        full.fill(95)
        let memory = MemoryWatch(
            upkeep: full,
            threshold: 90,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        await memory.look()
        let door = AdminDoor(
            store: fleet.store,
            fleet: fleet,
            memory: memory,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: { clock.now }
        )
        try await door.application().test(.router) { try await body(DescribedClient($0), fleet, clock) }
    }

    /// Two jobs in line, one of them high, one that runs on one of two workers, and one that has failed.
    private func fill(_ store: InMemoryStore, _ clock: ManualClock) async throws {
        func submit(_ priority: Priority = .normal) async throws {
            let job = NewJob(
                id: store.newID(),
                type: "echo",
                queue: "small",
                priority: priority,
                payload: Content(mediaType: "text/plain", bytes: Array("12345".utf8)),
                maxAttempts: 1
            )
            _ = try await store.submit(job, rules: QueueRules(name: "small"))
        }
        for _ in 0..<3 { try await submit() }
        clock.advance(by: .milliseconds(1_500))
        let request = ClaimRequest(
            worker: "w1",
            queues: [QueueRules(name: "small")],
            limit: 2,
            lease: .seconds(5),
            isIdle: true
        )
        let jobs = try await store.claim(request)
        let failure = JobFailure(code: "broken", detail: "It broke.", disposition: .final)
        let settlement = Settlement(
            lease: jobs[0].lease,
            outcome: .failed(failure, retryAfter: .zero),
            busy: .milliseconds(40)
        )
        _ = try await store.settle([settlement], claiming: nil)
        for (name, running) in [("w1", [(lease: jobs[1].lease, progress: Progress?.none)]), ("w2", [])] {
            let beat = Heartbeat(
                worker: name,
                host: "host\"1",
                processID: 7,
                slots: 4,
                queues: ["small"],
                isDraining: name == "w2",
                lease: .seconds(5),
                running: running
            )
            _ = try await store.beat(beat)
        }
        try await submit(.high)
        _ = try await store.lead(as: "a", for: .seconds(10))
        try await store.announce(ScalingVerdict(desired: 3, change: .up, reason: "up 1 -> 3: so"), as: "a")
        try await store.setManualTarget(5)
    }

    @Test("GET /queues shows each queue")
    func queues() async throws {
        try await withDoor { client, fleet, clock in
            try await fill(fleet.store, clock)
            let response = try await client.send(.get, "/queues")
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "application/json")
            #expect(response.headers[.cacheControl] == "no-store")
            let expected = """
                {"time":"2026-11-21T22:43:06.500Z","queues":[{"name":"small","paused":false,"ready":2,\
                "readyByPriority":{"high":1,"normal":1,"low":0},"suspect":0,"inFlight":1,"scheduled":0,\
                "nextDueAt":null,"bytes":15,\
                "oldestReadyAt":"2026-11-21T22:43:05.000Z","oldestReadySeconds":1.500,\
                "submitted":4,"succeeded":0,"failed":1,"canceled":0,"dead":1}]}
                """
            #expect(String(buffer: response.body) == expected)
            let head = try await client.send(.head, "/queues")
            #expect(head.status == .ok)
            #expect(head.body.readableBytes == 0)
        }
    }

    @Test("GET /workers shows each worker and the autoscaler")
    func workers() async throws {
        try await withDoor { client, fleet, clock in
            try await fill(fleet.store, clock)
            clock.advance(by: .seconds(2))
            let text = String(buffer: try await client.send(.get, "/workers").body)
            #expect(
                text.contains(#""name":"w1","host":"host\"1","pid":7,"state":"working","slots":4,"queues":["small"]"#)
            )
            #expect(text.contains(#""name":"w2","host":"host\"1","pid":7,"state":"draining""#))
            #expect(text.contains(#""upSeconds":2,"seenAt":"2026-11-21T22:43:06.500Z","seenSecondsAgo":2"#))
            #expect(text.contains(#""autoscaler":{"leader":"a","desired":3,"reason":"up 1 -> 3: so""#))
            #expect(text.contains(#""setByHand":5"#))
        }
    }

    @Test("GET /metrics is text that Prometheus reads")
    func metrics() async throws {
        try await withDoor { client, fleet, clock in
            try await fill(fleet.store, clock)
            let response = try await client.send(.get, "/metrics")
            #expect(response.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = String(buffer: response.body).split(separator: "\n").map(String.init)
            for line in [
                "levee_store_up 1",
                #"levee_jobs_ready{queue="small",priority="high"} 1"#,
                #"levee_jobs_ready{queue="small",priority="normal"} 1"#,
                #"levee_jobs_in_flight{queue="small"} 1"#,
                #"levee_jobs_scheduled{queue="small"} 0"#,
                #"levee_jobs_oldest_ready_age_seconds{queue="small"} 1.5"#,
                #"levee_jobs_submitted_total{queue="small"} 4"#,
                #"levee_jobs_finished_total{queue="small",outcome="failed"} 1"#,
                "# TYPE levee_job_wait_seconds histogram",
                #"levee_job_wait_seconds_bucket{queue="small",le="1"} 0"#,
                #"levee_job_wait_seconds_bucket{queue="small",le="2.5"} 2"#,
                #"levee_job_wait_seconds_bucket{queue="small",le="+Inf"} 2"#,
                #"levee_job_wait_seconds_sum{queue="small"} 3"#,
                #"levee_job_wait_seconds_count{queue="small"} 2"#,
                #"levee_job_service_seconds_bucket{queue="small",le="0.05"} 1"#,
                #"levee_job_service_seconds_sum{queue="small"} 0.04"#,
                #"levee_workers{state="working"} 1"#,
                #"levee_workers{state="draining"} 1"#,
                #"levee_fleet_slots{state="busy"} 1"#,
                #"levee_fleet_slots{state="idle"} 3"#,
                "levee_workers_desired 3",
                "levee_store_memory_used_bytes 95",
                "levee_store_memory_limit_bytes 100",
                "levee_store_full 1",
            ] { #expect(lines.contains(line), "\(line)") }
        }
    }

    @Test("each metric is announced once, before its samples, and no sample comes twice")
    func exposition() async throws {
        try await withDoor { client, fleet, clock in
            try await fill(fleet.store, clock)
            let text = String(buffer: try await client.send(.get, "/metrics").body)
            #expect(text.hasSuffix("\n"))
            var announced: [Substring] = []
            var samples: Set<Substring> = []
            for line in text.split(separator: "\n") {
                if line.hasPrefix("# TYPE ") {
                    announced.append(line.split(separator: " ")[2])
                } else if !line.hasPrefix("#") {
                    let sample = try #require(line.wholeMatch(of: /([a-z_]+)(\{[^}]*\})? -?[0-9.e+-]+/))
                    let family = try #require(announced.last)
                    #expect(sample.output.1.hasPrefix(family))
                    #expect(samples.insert(line.prefix { $0 != " " }).inserted, "\(line)")
                }
            }
            #expect(Set(announced).count == announced.count)
        }
    }

    @Test("without the store metrics say so, and documents are not to be had")
    func storeAway() async throws {
        try await withDoor { client, fleet, _ in
            fleet.goAway()
            let metrics = try await client.send(.get, "/metrics")
            #expect(metrics.status == .ok)
            #expect(String(buffer: metrics.body).contains("levee_store_up 0\n"))
            try (try await client.send(.get, "/queues")).expectProblem(503, "store-unavailable")
        }
    }

    @Test("a queue is paused and resumed; one that nobody knows is not made")
    func pause() async throws {
        try await withDoor { client, fleet, clock in
            try await fill(fleet.store, clock)
            let paused = String(buffer: try await client.send(.post, "/queues/small/pause").body)
            #expect(paused == #"{"name":"small","paused":true}"#)
            #expect(try await fleet.store.figures(of: "small").isPaused)
            let resumed = String(buffer: try await client.send(.post, "/queues/small/resume").body)
            #expect(resumed == #"{"name":"small","paused":false}"#)
            #expect(try await !fleet.store.figures(of: "small").isPaused)
            try (try await client.send(.post, "/queues/smal/pause")).expectProblem(404, "unknown-queue")
        }
    }

    @Test("dead letters are listed, made anew one by one or all, and purged")
    func deadLetters() async throws {
        try await withDoor { client, fleet, clock in
            for _ in 0..<5 {
                let job = NewJob(
                    id: fleet.store.newID(),
                    type: "echo",
                    queue: "small",
                    payload: Content(mediaType: "text/plain", bytes: Array("1".utf8)),
                    maxAttempts: 1
                )
                _ = try await fleet.store.submit(job, rules: QueueRules(name: "small"))
                clock.advance(by: .seconds(1))
                let request = ClaimRequest(
                    worker: "w1",
                    queues: [QueueRules(name: "small")],
                    limit: 1,
                    lease: .seconds(5),
                    isIdle: false
                )
                let lease = try #require(try await fleet.store.claim(request).first).lease
                let failure = JobFailure(code: "broken", detail: "It broke.", status: 418, disposition: .retry())
                let settlement = Settlement(
                    lease: lease,
                    outcome: .failed(failure, retryAfter: .zero),
                    busy: .zero
                )
                _ = try await fleet.store.settle([settlement], claiming: nil)
            }
            let first = try await client.send(.get, "/queues/small/dead?limit=2")
            let page = String(buffer: first.body)
            #expect(page.contains(#""total":5"#))
            #expect(page.contains(#""error":{"code":"broken","detail":"It broke.","status":418}"#))
            let cursor = try #require(page.firstMatch(of: /"next":"([^"]+)"/)).output.1
            let second = String(buffer: try await client.send(.get, "/queues/small/dead?limit=2&cursor=\(cursor)").body)
            let ids = (page + second).matches(of: /"id":"(\w+)"/).map { String($0.output.1) }
            #expect(Set(ids).count == 4)

            let made = try await client.send(.post, "/jobs/\(ids[0])/retry")
            #expect(made.status == .created)
            let again = try await client.send(.post, "/jobs/\(ids[0])/retry")
            #expect(again.status == .ok)
            #expect(again.body == made.body)
            let id = try made.text("id")
            try (try await client.send(.post, "/jobs/\(id)/retry")).expectProblem(409, "not-failed")
            try (try await client.send(.post, "/jobs/nonsense/retry")).expectProblem(404, "unknown-job")

            let all = String(buffer: try await client.send(.post, "/queues/small/dead/retry").body)
            #expect(all == #"{"queue":"small","retried":4,"left":0}"#)
            #expect(try await fleet.store.figures(of: "small").ready == 5)
            let purged = String(buffer: try await client.send(.delete, "/queues/small/dead").body)
            #expect(purged == #"{"queue":"small","removed":0}"#)
            for query in ["limit=0", "limit=x", "cursor=1.x", "cursor=x"] {
                try (try await client.send(.get, "/queues/small/dead?\(query)")).expectProblem(400, "invalid-query")
            }
        }
    }

    @Test("the store is read once for many that ask, and again half a second later")
    func shared() async throws {
        try await withDoor { client, fleet, clock in
            for _ in 0..<5 { _ = try await client.send(.get, "/metrics") }
            _ = try await client.send(.get, "/workers")
            #expect(fleet.reads == 1)
            clock.advance(by: .milliseconds(500))
            _ = try await client.send(.get, "/queues")
            #expect(fleet.reads == 2)
        }
    }

    @Test("nothing of the clients' door is here")
    func apart() async throws {
        try await withDoor { client, _, _ in
            try (try await client.send(.get, "/operations/x")).expectProblem(404, "unknown-path")
            try (try await client.send(.get, "/livez")).expectProblem(404, "unknown-path")
            try (try await client.send(.post, "/queues")).expectProblem(405, "method-not-allowed")
        }
    }
}
