// Tests of the statuses under which failures are stored: rule 4 of the HTTP contract.

import HTTPTypes
import LeveeCore
import Testing

@testable import LeveeGateway

@Suite("Failures")
struct FailureViewTests {
    private func view(
        state: JobState = .failed,
        code: String = "broken",
        status: Int? = nil,
        failures: Int = 1,
        maxAttempts: Int = 3
    ) -> FailureView {
        let time = Timestamp(milliseconds: 0)
        return FailureView(
            JobRecord(
                id: JobID(trusted: "00"),
                type: "t",
                queue: "q",
                priority: .normal,
                state: state,
                version: 1,
                failures: failures,
                maxAttempts: maxAttempts,
                ticket: 1,
                createdAt: time,
                updatedAt: time,
                expiresAt: time,
                failure: JobRecord.StoredFailure(code: code, detail: "", status: status)
            )
        )
    }

    @Test("pass where a handler may say so itself", arguments: [400, 402, 403, 406, 413, 415, 422, 424, 451])
    func passing(status: Int) {
        #expect(view(status: status).status.code == status)
        #expect(view(status: status, failures: 3).status.code == status)
        #expect(view(status: status).workerStatus == nil)
    }

    @Test(
        "become 422 where clients would misunderstand the handler's own status",
        arguments: [200, 302, 401, 404, 405, 408, 409, 410, 411, 425, 429, 500, 502, 503, 504, 507, 999]
    )
    func mapped(status: Int) {
        #expect(view(status: status).status.code == 422)
        #expect(view(status: status).workerStatus == status)
        #expect(view(status: status, failures: 3).status.code == 424)
    }

    @Test("are told apart by type and code")
    func kinds() {
        #expect(view().token == "job-failed")
        #expect(view(failures: 3).token == "attempts-exhausted")
        #expect(view(code: JobFailure.expiredCode, failures: 0).token == "job-expired")
        #expect(view(code: JobFailure.poisonCode, failures: 0).status.code == 422)
        #expect(view(state: .canceled, code: JobFailure.canceledCode, failures: 3).token == "job-canceled")
        #expect(view(state: .canceled, failures: 3).status.code == 422)
        #expect(view().detail == "The job has failed.")
    }
}
