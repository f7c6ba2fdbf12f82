// How the status endpoint answers: the variants of the pattern that clients were written for.

import Hummingbird

/// What a poll of `GET /jobs/{id}` is answered with, by configuration and, for one request, by its query.
public struct PollingStyle: Sendable, Equatable {
    /// While the job has not ended.
    public enum Pending: String, Sendable, CaseIterable {
        /// 202 with the status.
        case accepted = "202"
        /// 200 with the status; clients must go by the status, not by the code.
        case ok = "200"
        /// 404 with a problem, until there is a result.
        case notFound = "404"
    }

    /// When it has ended, well or not.
    public enum Done: String, Sendable, CaseIterable {
        /// 302 to the resource.
        case found = "302"
        /// 303 to the resource.
        case seeOther = "303"
        /// 200 with the status.
        case status = "200"
        /// What is stored, as the resource has it.
        case result
    }

    public var pending: Pending
    public var done: Done

    /// Creates a style; see the properties.
    public init(pending: Pending = .accepted, done: Done = .found) {
        self.pending = pending
        self.done = done
    }

    /// The style for one request: `pending` and `done` of its query stand above the configuration.
    ///
    /// - Throws: ``Problem`` for a value that there is none of.
    func adjusted(by query: some Collection<(key: Substring, value: Substring)>) throws(Problem) -> PollingStyle {
        var style = self
        for (name, value) in query {
            switch name {
            case "pending":
                guard let pending = Pending(rawValue: String(value)) else {
                    throw .unknownQueryValue("pending", value, known: Pending.allCases.map(\.rawValue))
                }
                style.pending = pending
            case "done":
                guard let done = Done(rawValue: String(value)) else {
                    throw .unknownQueryValue("done", value, known: Done.allCases.map(\.rawValue))
                }
                style.done = done
            default: continue
            }
        }
        return style
    }
}
