// What clients, handlers and the fault injector write down.

/// Something that happened in a run, as its writer saw it.
package enum Event: Codable, Equatable, Sendable {
    // MARK: The run

    /// The run began.
    case began(RunFacts)
    /// The last fault was taken back; from here on everything must come to its end.
    case faultsEnded
    /// All jobs had ended and nothing more was asked for; the last moments are idle.
    case drained

    // MARK: Clients

    /// A client is about to submit a job, known by a label in its payload until it has an id. One with an idempotency key is
    /// submitted twice.
    case submitting(label: String, terms: JobTerms)
    /// The job was accepted: the answer to what was sent then was 202.
    case accepted(label: String, id: String, sent: Int64)
    /// A request was turned away: a submit that made no job, or any other with a status of 500 or more.
    case denied(Denial)
    /// Whether there is a job now is not known: no answer, or one that says so.
    case unknown(label: String, reason: String)
    /// A client is about to ask for the end of a job.
    case canceling(id: String)
    /// The end of a job was asked for, and there was an answer other than a denial.
    case cancelAsked(id: String, sent: Int64, status: Int)
    /// An operator is about to have a new job made of one that has failed.
    case retrying(id: String)
    /// There is a new job.
    case retried(id: String, made: String)
    /// A status was read, between `sent` and the time of the entry.
    case observed(Observation)
    /// A result was read, between `sent` and the time of the entry.
    case fetched(Fetch)

    // MARK: Handlers

    /// A handler began an attempt.
    case started(id: String, label: String, fence: Int, attempt: Int, pid: Int32)
    /// A handler ended an attempt by itself; `digest` is that of the result, where it wrote one.
    case ended(id: String, fence: Int, digest: String?)

    // MARK: Injector

    /// A process was started.
    case launched(name: String, pid: Int32)
    /// A process said that it was ready.
    case ready(name: String, pid: Int32)
    /// A fault began; the detail says how long it is to last, and the bytes or seconds it is about.
    case fault(kind: String, target: String, detail: String)
    /// A fault of the plan was not done, since there was nobody whom it could befall.
    case skipped(kind: String, reason: String)
    /// A fault that lasts was taken back.
    case healed(kind: String, target: String)
    /// The clock of Redis was set: so many milliseconds ahead of that of the machine.
    case clockSet(ahead: Int64)
    /// A process ended: with a status, or by a signal. `isWanted` where the injector ended it.
    case exited(name: String, pid: Int32, status: Int32?, signal: Int32?, isWanted: Bool)
    /// How much processor time a process used over a time in which it had nothing to do; both in microseconds.
    case idled(name: String, pid: Int32, used: Int64, over: Int64)
}

/// A status as a client read it.
package struct Observation: Codable, Equatable, Sendable {
    package var id: String
    /// Where: the name of the front end and the path.
    package var door: String
    /// When the request was sent, in microseconds since 1970.
    package var sent: Int64
    /// The HTTP status.
    package var status: Int
    /// The state of the job; missing where the answer was an error.
    package var state: String?
    /// The version, where the answer says it.
    package var version: Int?
    /// The time of the last change, in milliseconds since 1970.
    package var updated: Int64?

    package init(
        id: String,
        door: String,
        sent: Int64,
        status: Int,
        state: String? = nil,
        version: Int? = nil,
        updated: Int64? = nil
    ) {
        self.id = id
        self.door = door
        self.sent = sent
        self.status = status
        self.state = state
        self.version = version
        self.updated = updated
    }
}

/// A result as a client read it.
package struct Fetch: Codable, Equatable, Sendable {
    package var id: String
    package var door: String
    /// When the request was sent, in microseconds since 1970.
    package var sent: Int64
    package var status: Int
    /// The digest of the body.
    package var digest: String
    /// The fence that the result names, where it names one.
    package var fence: Int?

    package init(id: String, door: String, sent: Int64, status: Int, digest: String, fence: Int?) {
        self.id = id
        self.door = door
        self.sent = sent
        self.status = status
        self.digest = digest
        self.fence = fence
    }
}
