// Tests of what outside workers do with a lease: hold it, and say how it ended.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import LeveeTesting
import Testing

@testable import LeveeGateway

@Suite("Leases of outside workers")
struct LeaseRoutesTests {
    // MARK: Holding

    @Test("a heartbeat prolongs the lease")
    func heartbeat() async throws {
        try await LeaseScene.run { scene in
            let (id, links) = try await scene.lease()
            for _ in 0..<4 {
                for _ in 0..<4 {
                    scene.clock.advance(by: .seconds(1))
                    try await scene.store.tick(lease: .seconds(5))
                }
                let answer = try await scene.post(links["heartbeat"])
                #expect(answer.string == #"{"id":"\#(id)","fence":1,"cancel":false,"leaseSeconds":5}"#)
            }
            #expect(try await scene.record(id).state == .running)
        }
    }

    @Test("progress is stored, and what is not said stays as it was")
    func progress() async throws {
        try await LeaseScene.run { scene in
            let (id, links) = try await scene.lease()
            let first = try await scene.post(links["progress"], body: #"{"percent":40,"stage":"reading","log":"a\nb"}"#)
            #expect(first.status == .ok)
            _ = try await scene.post(links["progress"], body: #"{"message":"half of it"}"#)
            let progress = try await scene.record(id).progress
            #expect(progress == Progress(percent: 40, stage: "reading", message: "half of it"))
            let bad = try await scene.post(links["progress"], body: #"{"percent":101}"#)
            try bad.expectProblem(400, "invalid-body")
        }
    }

    @Test("a worker is told that the end of its job was asked for, and the job ends as canceled")
    func canceling() async throws {
        try await LeaseScene.run { scene in
            let (id, links) = try await scene.lease()
            _ = try await scene.store.cancel(id)
            let answer = try await scene.post(links["heartbeat"])
            #expect(try answer.member("cancel") as? Bool == true)
            #expect(try await scene.post(links["release"]).status == .ok)
            #expect(try await scene.record(id).state == .canceled)
        }
    }

    @Test("with an old fence nothing is changed, whatever is sent", arguments: LeaseAction.allCases)
    func staleFence(action: LeaseAction) async throws {
        try await LeaseScene.run { scene in
            let (id, links) = try await scene.lease()
            try await scene.outlive()
            let leases = try await scene.claim()
            #expect(leases.first?["fence"] as? Int == 2)
            let before = try await scene.record(id)
            let answer = try await scene.post(links[action.rawValue], body: action == .heartbeat ? nil : "{}")
            try answer.expectProblem(409, "lease-lost")
            #expect(try await scene.record(id) == before)
        }
    }

    @Test("a lease whose worker is silent runs out, and its worker counts as lost")
    func silence() async throws {
        try await LeaseScene.run { scene in
            let (id, links) = try await scene.lease()
            _ = try await scene.post(links["heartbeat"])
            try await scene.outlive()
            let record = try await scene.record(id)
            #expect(record.state == .queued && record.stalls == 1 && record.failures == 0)
        }
    }

    @Test("leases of jobs that there are not")
    func unknown() async throws {
        try await LeaseScene.run { scene in
            try await scene.post("/leases/x/heartbeat?fence=1").expectProblem(404, "unknown-job")
            let (id, links) = try await scene.lease()
            try await scene.post("/leases/\(id)/heartbeat").expectProblem(400, "invalid-query")
            try await scene.post("/leases/\(id)/heartbeat?fence=0").expectProblem(400, "invalid-query")
            try await scene.post("/leases/\(id)/heartbeat?fence=1&worker=a%20b").expectProblem(400, "invalid-query")
            #expect(try await scene.post("/leases/\(id)/heartbeat?fence=1").status == .ok)
            _ = try await scene.post(links["succeed"], body: "1")
            try await scene.post(links["heartbeat"]).expectProblem(409, "lease-lost")
            _ = try await scene.store.remove(id)
            try await scene.post(links["heartbeat"]).expectProblem(410, "gone")
        }
    }

    @Test("an attempt that takes longer than its type allows has failed")
    func timeout() async throws {
        try await LeaseScene.run { scene in
            let (id, links) = try await scene.lease()
            for _ in 0..<15 {
                scene.clock.advance(by: .seconds(4))
                #expect(try await scene.post(links["heartbeat"]).status == .ok)
            }
            scene.clock.advance(by: .seconds(1))
            try await scene.post(links["heartbeat"]).expectProblem(409, "attempt-too-long")
            let record = try await scene.record(id)
            #expect(record.state == .scheduled && record.failures == 1)
        }
    }

    // MARK: Ending

    @Test("a failure is tried again, or not, or later, as the worker says")
    func failures() async throws {
        try await LeaseScene.run { scene in
            let (again, first) = try await scene.lease()
            let body = #"{"retryable":true,"error":"no luck"}"#
            #expect(try await scene.post(first["fail"], body: body).text("outcome") == "settled")
            #expect(try await scene.post(first["fail"], body: body).text("outcome") == "repeated")
            let retried = try await scene.record(again)
            #expect(retried.state == .scheduled && retried.failures == 1)

            let (never, second) = try await scene.lease()
            let final = #"{"retryable":false,"error":{"code":"bad-input","message":"too small","status":422}}"#
            #expect(try await scene.post(second["fail"], body: final).text("outcome") == "settled")
            let failed = try await scene.record(never)
            #expect(failed.state == .failed)
            let stored = JobRecord.StoredFailure(code: "bad-input", detail: "too small", status: 422)
            #expect(failed.failure == stored)

            let (later, third) = try await scene.lease()
            #expect(try await scene.post(third["fail"], body: #"{"later":true,"retryAfter":90}"#).status == .ok)
            let putOff = try await scene.record(later)
            #expect(putOff.state == .scheduled && putOff.failures == 0)
            #expect(putOff.dueAt == scene.clock.now + .seconds(90))

            let (_, fourth) = try await scene.lease()
            let bad = try await scene.post(fourth["fail"], body: #"{"error":{"status":200}}"#)
            try bad.expectProblem(400, "invalid-body")
        }
    }

    @Test("a job that is given back is the next one, and its worker is not lost")
    func release() async throws {
        try await LeaseScene.run { scene in
            let (id, links) = try await scene.lease()
            #expect(try await scene.post(links["release"]).text("outcome") == "released")
            let record = try await scene.record(id)
            #expect(record.state == .queued && record.stalls == 0)
            #expect(try await scene.claim().first?["fence"] as? Int == 2)
        }
    }

    @Test("a result that is too large fails the job; one that is malformed changes nothing")
    func badResult() async throws {
        try await LeaseScene.run { scene in
            let (id, links) = try await scene.lease()
            let path = try #require(links["succeed"])
            let type = try await scene.post(path, [.contentType: "no type"], body: "1")
            try type.expectProblem(400, "invalid-content-type")
            let coding = try await scene.post(path, [.contentEncoding: "gzip"], body: "1")
            try coding.expectProblem(415, "unsupported-content-encoding")
            try await scene.post(path + "&status=203", body: "1").expectProblem(400, "invalid-query")
            #expect(try await scene.record(id).state == .running)
            try await scene.post(path, body: "01234567890").expectProblem(413, "result-too-large")
            let record = try await scene.record(id)
            #expect(record.state == .failed && record.failure?.code == JobFailure.resultTooLargeCode)
        }
    }
}
