// How a client command ends when it has not got what it was sent for.

/// The end of a client command, with the exit status that scripts go by.
struct ClientFailure: Error, CustomStringConvertible, Equatable {
    /// What went wrong; the raw values are the exit statuses.
    enum Kind: Int32 {
        /// The front end was not reached, or could not do it now: trying again may help.
        case unavailable = 1
        /// The request was wrong.
        case usage = 2
        /// The job has failed.
        case failed = 3
        /// The job was canceled.
        case canceled = 4
        /// There is no such job, or nothing is left of it.
        case missing = 5
        /// The job had not ended in the time that was given.
        case pending = 6
    }

    var kind: Kind
    var description: String

    /// Works out what an answer means that is not the wanted one.
    init(_ answer: FrontEnd.Answer) {
        let problem = answer.document
        let title = problem["title"] as? String ?? "HTTP \(answer.status)"
        let detail = (problem["detail"] as? String).map { ": \($0)" } ?? ""
        switch answer.status {
        case 404, 410: kind = .missing
        case 500...: kind = .unavailable
        default: kind = .usage
        }
        let isAccess = answer.status == 401 || answer.status == 403
        description = title + detail + (isAccess ? " The key comes from LEVEE_API_KEY or --key-file." : "")
    }

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
