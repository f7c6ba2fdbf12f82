// The HTTP status of a job that did not succeed, and its words.

import HTTPTypes
import LeveeCore

/// How a job's failure looks to a client: a 4xx that no client takes for a fault of the request for the result.
struct FailureView: Equatable {
    /// The status of the resource.
    let status: HTTPResponse.Status
    /// What the handler itself meant, where that is another status.
    let workerStatus: Int?
    /// The status that the handler itself meant, if any.
    private let own: Int?
    /// The last part of the problem's `type`.
    let token: String
    let title: String
    let code: String
    let detail: String

    /// A handler's own statuses that pass; all others would make clients retry, look elsewhere or give up on the server.
    private static let passing: Set<Int> = [400, 402, 403, 406, 413, 415, 422, 424, 451]

    /// Every status that a failure may have.
    static let statuses = passing.union([422, 424])

    /// How a job that has ended without success looks.
    ///
    /// - Parameter record: A job that failed or was canceled.
    init(_ record: JobRecord) {
        let failure = record.failure
        code = failure?.code ?? record.state.rawValue
        if record.state == .canceled {
            (token, title) = ("job-canceled", "The job was canceled")
        } else if code == JobFailure.expiredCode {
            (token, title) = ("job-expired", "The job was not started in time")
        } else if record.failures >= record.maxAttempts {
            (token, title) = ("attempts-exhausted", "All attempts of the job have failed")
        } else {
            (token, title) = ("job-failed", "The job has failed")
        }
        own = failure?.status
        let mapped: Int
        if let own, record.state == .failed, Self.passing.contains(own) {
            mapped = own
        } else {
            mapped = token == "attempts-exhausted" ? 424 : 422
        }
        status = HTTPResponse.Status(code: mapped)
        workerStatus = own == mapped ? nil : own
        if let detail = failure?.detail, !detail.isEmpty {
            self.detail = detail
        } else {
            detail = title + "."
        }
    }

    /// The failure as a client is told that waits behind a route: with the status that the handler itself meant, else 504 for what
    /// took too long and 502 for the rest.
    var passingProblem: Problem {
        let tooLate = [JobFailure.timeoutCode, JobFailure.expiredCode, JobFailure.deadlineCode].contains(code)
        let status = own.map { HTTPResponse.Status(code: $0) } ?? (tooLate ? .gatewayTimeout : .badGateway)
        let members = problem.members.filter { $0.name != "workerStatus" }
        return Problem(status: status, token: token, title: title, detail: detail, members: members)
    }

    /// The failure as it is stored at the job's result: the same bytes on every read.
    var problem: Problem {
        var members = [Problem.Member("code", .string(code))]
        if let workerStatus { members.append(Problem.Member("workerStatus", .integer(workerStatus))) }
        members.append(
            Problem.Member(
                "error",
                .object([Problem.Member("code", .string(code)), Problem.Member("message", .string(detail))])
            )
        )
        return Problem(status: status, token: token, title: title, detail: detail, members: members)
    }
}
