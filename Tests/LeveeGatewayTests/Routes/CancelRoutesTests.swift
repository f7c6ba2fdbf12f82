// Tests of DELETE /jobs/{id} and POST /jobs/{id}/cancel in every state of a job.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import LeveeTesting
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("Cancel")
struct CancelRoutesTests {
    @Test("ends a queued job at once, then removes it, then it is gone")
    func deleteQueued() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            let canceled = try await client.send(.delete, "/jobs/\(id)")
            #expect(canceled.status == .accepted)
            #expect(try canceled.text("status") == "canceled")
            #expect(try canceled.text("error.code") == "canceled")
            #expect(canceled.headers[.retryAfter] == nil)
            #expect(try await harness.claim() == nil)
            let removed = try await client.send(.delete, "/jobs/\(id)")
            #expect(removed.status == .noContent)
            #expect(removed.body.readableBytes == 0)
            #expect(removed.headers[.contentLength] == nil)
            try await client.send(.delete, "/jobs/\(id)").expectProblem(410, "gone")
            try await client.send(.get, "/jobs/\(id)").expectProblem(410, "gone")
            try await client.send(.post, "/jobs/\(id)/cancel").expectProblem(410, "gone")
        }
    }

    @Test("ends a scheduled job at once")
    func deleteScheduled() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            let failure = JobFailure(code: "busy", detail: "Later.")
            try await harness.settle(.failed(failure, retryAfter: .seconds(20)))
            let response = try await client.send(.delete, "/jobs/\(id)")
            #expect(response.status == .accepted)
            #expect(try response.text("status") == "canceled")
        }
    }

    @Test("asks a running job to end, however often")
    func deleteRunning() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            let job = try #require(await harness.claim())
            for _ in 0..<2 {
                let response = try await client.send(.delete, "/jobs/\(id)")
                #expect(response.status == .accepted)
                #expect(try response.text("status") == "running")
                #expect(response.headers[.retryAfter] != nil)
                #expect(response.headers[.operationLocation] == "http://localhost/operations/\(id)")
            }
            let settlement = Settlement(lease: job.lease, outcome: .canceled, busy: .seconds(1))
            _ = try await harness.store.store.settle([settlement], claiming: nil)
            #expect(try await client.send(.get, "/operations/\(id)").text("status") == "canceled")
        }
    }

    @Test("never removes anything by POST cancel")
    func postCancel() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            for _ in 0..<3 {
                let response = try await client.send(.post, "/jobs/\(id)/cancel")
                #expect(response.status == .ok)
                #expect(try response.text("status") == "canceled")
                #expect(response.headers[.contentLocation] == "http://localhost/operations/\(id)")
            }
            let other = try await harness.submit(client)
            try await harness.succeed([])
            let ended = try await client.send(.post, "/jobs/\(other)/cancel")
            #expect(ended.status == .ok)
            #expect(try ended.text("status") == "succeeded")
        }
    }

    @Test("does nothing to a job that has changed since the client looked at it")
    func ifMatch() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            let seen = try #require(try await client.send(.get, "/operations/\(id)").headers[.eTag])
            let job = try #require(await harness.claim())
            for field in [seen, "\"other\"", "\"\(id)-1\", W/\"99\"", "\"x-2\""] {
                try await client.send(.delete, "/jobs/\(id)", [.ifMatch: field])
                    .expectProblem(412, "precondition-failed")
                try await client.send(.post, "/jobs/\(id)/cancel", [.ifMatch: field])
                    .expectProblem(412, "precondition-failed")
            }
            #expect(try await harness.store.store.job(job.lease.id)?.isCancelRequested == false)
            for field in ["2", "W/2", "\"2", "\"2\" \"3\"", "*, \"2\"", ""] {
                try await client.send(.delete, "/jobs/\(id)", [.ifMatch: field]).expectProblem(400, "invalid-header")
            }
            #expect(try await harness.store.store.job(job.lease.id)?.isCancelRequested == false)
            let present = try #require(try await client.send(.get, "/operations/\(id)").headers[.eTag])
            let fields: HTTPFields = [.ifMatch: "\"other\", \(present)"]
            #expect(try await client.send(.post, "/jobs/\(id)/cancel", fields).status == .ok)
            #expect(try await harness.store.store.job(job.lease.id)?.isCancelRequested == true)
            #expect(try await client.send(.delete, "/jobs/\(id)", [.ifMatch: "*"]).status == .accepted)
        }
    }

    @Test("removes an ended job by the tag of its outcome")
    func ifMatchOutcome() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            try await harness.succeed([])
            let tag = try #require(try await client.send(.get, "/resources/\(id)").headers[.eTag])
            try await client.send(.delete, "/jobs/\(id)", [.ifMatch: "\"1\""]).expectProblem(412, "precondition-failed")
            #expect(try await client.send(.delete, "/jobs/\(id)", [.ifMatch: tag]).status == .noContent)
            try await client.send(.delete, "/jobs/\(id)", [.ifMatch: tag]).expectProblem(410, "gone")
        }
    }

    @Test("answers 503 while the store is away, and says that it can be asked again")
    func storeAway() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            harness.store.fail(.cancel, with: .unknownOutcome("x"))
            let response = try await client.send(.delete, "/jobs/\(id)")
            try response.expectProblem(503, "store-unavailable")
            #expect(response.headers[.retryAfter] == "5")
        }
    }
}
