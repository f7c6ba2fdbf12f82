// Tests of what the admin door shows of jobs, and how it empties a queue.

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LeveeCore
import LeveeTesting
import Testing

@testable import LeveeGateway

@Suite("Jobs at the admin door")
struct JobListRouteTests {
    private func withDoor(
        _ body: @Sendable (any TestClientProtocol, InMemoryStore) async throws -> Void
    ) async throws {
        let clock = ManualClock(Harness.start)
        let store = InMemoryStore(clock: { clock.now })
        let door = AdminDoor(testing: store) { clock.now }
        try await door.application().test(.router) { try await body(DescribedClient($0), store) }
    }

    private func put(
        _ store: InMemoryStore,
        queue: String = "small",
        delay: Duration = .zero,
        tenant: Tenant = .standard
    ) async throws -> JobID {
        let job = NewJob(
            id: store.newID(),
            type: "echo",
            queue: queue,
            payload: Content(mediaType: "text/plain", bytes: [1]),
            maxAttempts: 1,
            delay: delay,
            tenant: tenant
        )
        _ = try await store.submit(job, rules: QueueRules(name: queue))
        return job.id
    }

    @Test("shows what there is to know of a job")
    func members() async throws {
        try await withDoor { client, store in
            let id = try await put(store, tenant: Tenant("red"))
            let request = ClaimRequest(
                worker: "w1",
                queues: [QueueRules(name: "small")],
                limit: 1,
                lease: .seconds(5),
                isIdle: true
            )
            let lease = try #require(try await store.claim(request).first).lease
            let failure = JobFailure(code: "broken", detail: "It broke.", status: 418, disposition: .final)
            let settlement = Settlement(lease: lease, outcome: .failed(failure, retryAfter: .zero), busy: .zero)
            _ = try await store.settle([settlement], claiming: nil)
            let later = try await put(store, delay: .seconds(60))
            let answer = try await client.send(.get, "/jobs")
            #expect(answer.status == .ok)
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(answer.headers[.link] == nil)
            #expect(
                answer.string == """
                    {"jobs":[{"id":"\(later)","type":"echo","tenant":"default","queue":"small","priority":"normal",\
                    "status":"scheduled","attempt":0,"maxAttempts":1,"workersLost":0,\
                    "createdAt":"2026-11-21T22:43:05.123Z","updatedAt":"2026-11-21T22:43:05.123Z",\
                    "dueAt":"2026-11-21T22:44:05.123Z","expiresAt":"2026-11-23T22:44:05.123Z","error":null,"traceId":null},\
                    {"id":"\(id)","type":"echo","tenant":"red","queue":"small","priority":"normal",\
                    "status":"failed","attempt":1,"maxAttempts":1,"workersLost":0,\
                    "createdAt":"2026-11-21T22:43:05.123Z","updatedAt":"2026-11-21T22:43:05.123Z",\
                    "dueAt":null,"expiresAt":"2026-12-05T22:43:05.123Z",\
                    "error":{"code":"broken","detail":"It broke.","status":418},"traceId":null}],"next":null}
                    """
            )
        }
    }

    @Test("goes on where Link says, with the same filter")
    func pages() async throws {
        try await withDoor { client, store in
            var wanted: [String] = []
            for _ in 0..<5 {
                wanted.append(try await put(store).text)
                _ = try await put(store, queue: "other")
                _ = try await put(store, delay: .seconds(9))
            }
            var found: [String] = []
            var target: String? = "/jobs?state=queued,running&queue=small&type=echo&limit=2"
            while let path = target {
                let answer = try await client.send(.get, path)
                #expect(answer.status == .ok)
                found += answer.string.matches(of: /"id":"(\w+)"/).map { String($0.output.1) }
                target = answer.headers[.link]?.wholeMatch(of: /<([^>]+)>; rel="next"/).map { String($0.output.1) }
                #expect(try (answer.member("next") is String) == (target != nil))
            }
            #expect(found == wanted, "each once, the next to run first")
        }
    }

    @Test(
        "says what is wrong with a query",
        arguments: [
            "state=done", "state=", "state=queued,", "limit=0", "limit=501", "limit=x", "type=a%20b", "queue=%2A",
            "queue=nowhere", "cursor=x", "cursor=queued/small:9/1", "state=running&cursor=queued/small:1/1",
        ]
    )
    func badQuery(query: String) async throws {
        try await withDoor { client, store in
            _ = try await put(store)
            try await client.send(.get, "/jobs?\(query)").expectProblem(400, "invalid-query")
        }
    }

    @Test("shows one queue as it stands in the list")
    func queue() async throws {
        try await withDoor { client, store in
            _ = try await put(store)
            let one = try await client.send(.get, "/queues/small")
            #expect(one.status == .ok)
            #expect(try one.number("ready") == 1)
            let all = try await client.send(.get, "/queues")
            #expect(all.string.contains(one.string))
            try await client.send(.get, "/queues/smal").expectProblem(404, "unknown-queue")
        }
    }

    @Test("a purge cancels what waits, however many")
    func purge() async throws {
        try await withDoor { client, store in
            for number in 0..<250 { _ = try await put(store, delay: number % 2 == 0 ? .seconds(5) : .zero) }
            let other = try await put(store, queue: "other")
            let answer = try await client.send(.post, "/queues/small/purge")
            #expect(answer.string == #"{"name":"small","canceled":250}"#)
            let figures = try await store.figures(of: "small")
            #expect((figures.ready, figures.scheduled, figures.canceled) == (0, 0, 250))
            #expect(try await store.job(other)?.state == .queued)
            let empty = try await client.send(.post, "/queues/small/purge")
            #expect(empty.string == #"{"name":"small","canceled":0}"#)
            try await client.send(.post, "/queues/smal/purge").expectProblem(404, "unknown-queue")
        }
    }
}
