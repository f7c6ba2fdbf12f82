// Why an attempt, or in the end a job, did not succeed.

/// A failure, as a handler reports it and as a job stores it.
public struct JobFailure: Error, Sendable, Equatable {
    /// What went wrong as a token for programs, such as `exit-status` or `timeout`.
    public var code: String
    /// What went wrong in words for people; the end of a program's standard error, for instance.
    public var detail: String
    /// The HTTP status that the handler itself meant, if it meant one.
    public var status: Int?
    /// What is to happen with the job.
    public var disposition: Disposition
    /// What the handler itself has to say to the client; kept when the job fails for good, if it is no more than
    /// ``answerLimit``.
    public var answer: Answer?

    /// The most bytes of an answer that are kept: 64 KiB.
    public static let answerLimit = 64 << 10

    /// An HTTP response of a handler that did not succeed.
    public struct Answer: Sendable, Equatable {
        /// Any final HTTP status but those of success.
        public var status: Int
        public var content: Content
        public var fields: [HeaderField]

        /// Creates an answer; see the properties.
        public init(status: Int, content: Content, fields: [HeaderField] = []) {
            self.status = status
            self.content = content
            self.fields = fields
        }
    }

    /// What a failure means for the job.
    public enum Disposition: Sendable, Equatable {
        /// Another attempt may succeed: retry while attempts are left, after the delay or, without one, by the policy of the
        /// type.
        case retry(after: Duration? = nil)
        /// Not the job's fault: try again later, without using up an attempt; `nil` leaves the delay to the policy.
        case throttle(after: Duration?)
        /// No attempt can succeed: end the job now.
        case final
    }

    /// Creates a failure.
    ///
    /// - Parameters:
    ///   - code: What went wrong as a token for programs.
    ///   - detail: What went wrong in words for people.
    ///   - status: The HTTP status that the handler itself meant, if any.
    ///   - disposition: What is to happen with the job.
    ///   - answer: What the handler itself has to say to the client.
    public init(
        code: String,
        detail: String,
        status: Int? = nil,
        disposition: Disposition = .retry(),
        answer: Answer? = nil
    ) {
        self.code = code
        self.detail = detail
        self.status = status
        self.disposition = disposition
        self.answer = answer
    }
}

/// The codes of failures that Levee itself gives.
extension JobFailure {
    /// The job was never started before its age limit.
    public static let expiredCode = "expired"
    /// The job lost its worker too often.
    public static let poisonCode = "poison"
    /// The attempt took longer than its type allows.
    public static let timeoutCode = "timeout"
    /// Somebody asked for the end of the job.
    public static let canceledCode = "canceled"
    /// The job had not ended by its deadline.
    public static let deadlineCode = "deadline-exceeded"
}

/// The codes of failures that a worker itself gives.
extension JobFailure {
    /// This worker serves the queue but knows no handler for the type; another one may.
    public static let unknownTypeCode = "unknown-type"
    /// The store has lost the payload.
    public static let payloadLostCode = "payload-lost"
    /// The result has more bytes than its type allows.
    public static let resultTooLargeCode = "result-too-large"
    /// The result has a status or a media type that no client could be given.
    public static let invalidResultCode = "invalid-result"
    /// The blob store with the payload, or for the result, cannot be used; the job is tried again later.
    public static let blobsUnavailableCode = "blobs-unavailable"
    /// The handler threw an error that is no `JobFailure`.
    public static let handlerErrorCode = "handler-error"
}

/// What whoever runs attempts says alike, the workers of Levee and the door for others.
extension JobFailure {
    /// The store has no payload of a job that was leased.
    package static let payloadLost = JobFailure(
        code: payloadLostCode,
        detail: "the store no longer has the payload of this job; submit it again",
        disposition: .final
    )

    /// An attempt that has used up its time.
    package static func tooLong(_ timeout: Duration, type: String) -> JobFailure {
        JobFailure(
            code: timeoutCode,
            detail: "the attempt took longer than the \(timeout) that the type \"\(type)\" allows"
        )
    }
}

extension JobFailure {
    /// The most bytes of words that are kept.
    private static let detailLimit = 8 << 10

    /// The failure with a code that is a token, words of bearable length, and a status that is one of an error.
    package func normalized() -> JobFailure {
        var failure = self
        if !Name.isValid(code) {
            failure.code = JobFailure.handlerErrorCode
            failure.detail = "\(code): \(detail)"
        }
        if failure.detail.utf8.count > Self.detailLimit {
            failure.detail = String(decoding: failure.detail.utf8.prefix(Self.detailLimit), as: UTF8.self)
        }
        if let status, !(400...599).contains(status) { failure.status = nil }
        if let answer, !(300...599).contains(answer.status) || answer.content.bytes.count > Self.answerLimit {
            failure.answer = nil
        }
        return failure
    }
}
