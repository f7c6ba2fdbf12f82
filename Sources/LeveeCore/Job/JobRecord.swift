// A job as its store knows it, without its payload.

/// What the store holds of a job: enough to answer every poll. It has the members of ``Fields``.
///
/// It takes one word wherever it is: the frames of a request that waits for a job have many copies of it.
@dynamicMemberLookup
public struct JobRecord: Sendable {
    /// After how many lost workers a job waits apart, until it can run alone.
    public static let suspectAfter = 2

    /// Never changed, so that copies can share it.
    @usableFromInline
    final class Storage: Sendable {
        @usableFromInline let fields: Fields

        @usableFromInline
        init(_ fields: Fields) {
            self.fields = fields
        }
    }

    @usableFromInline var storage: Storage

    /// What is known of the job.
    @inlinable
    public subscript<Value>(dynamicMember member: WritableKeyPath<Fields, Value>) -> Value {
        get { storage.fields[keyPath: member] }
        set {
            var fields = storage.fields
            fields[keyPath: member] = newValue
            storage = Storage(fields)
        }
    }

    /// A result as it is stored: its bytes beside the record while they are few, elsewhere when they are many.
    public struct StoredResult: Sendable, Equatable {
        /// The HTTP status under which the result is served.
        public var status: Int
        public var mediaType: String
        /// How many bytes the result has.
        public var length: Int
        /// The bytes, or `nil` where ``JobInspection/result(of:)`` must be asked for them.
        public var inline: [UInt8]?
        /// Header fields to serve with the bytes.
        public var fields: [HeaderField]
        /// The blob that has the bytes, if one does.
        public var blob: Blob?

        /// Creates a stored result.
        ///
        /// - Parameters:
        ///   - status: The HTTP status under which the result is served.
        ///   - mediaType: The media type with its parameters.
        ///   - length: How many bytes the result has.
        ///   - inline: The bytes, if they lie beside the record.
        ///   - fields: Header fields to serve with the bytes.
        ///   - blob: The blob that has the bytes, if one does.
        public init(
            status: Int,
            mediaType: String,
            length: Int,
            inline: [UInt8]?,
            fields: [HeaderField] = [],
            blob: Blob? = nil
        ) {
            self.status = status
            self.mediaType = mediaType
            self.length = length
            self.inline = inline
            self.fields = fields
            self.blob = blob
        }
    }

    /// A failure as it is stored.
    public struct StoredFailure: Sendable, Equatable {
        /// A token for programs.
        public var code: String
        /// Words for people.
        public var detail: String
        /// The HTTP status that the handler itself meant, if any.
        public var status: Int?
        /// What the handler itself has to say to the client; its bytes lie beside the record.
        public var answer: StoredResult?

        /// Creates a stored failure.
        ///
        /// - Parameters:
        ///   - code: A token for programs.
        ///   - detail: Words for people.
        ///   - status: The HTTP status that the handler itself meant, if any.
        ///   - answer: What the handler itself has to say to the client.
        public init(code: String, detail: String, status: Int?, answer: StoredResult? = nil) {
            self.code = code
            self.detail = detail
            self.status = status
            self.answer = answer
        }
    }

    /// Creates the record of a job; see the properties.
    public init(
        id: JobID,
        type: String,
        queue: String,
        priority: Priority,
        state: JobState,
        version: Int,
        fence: Int = 0,
        attempt: Int = 0,
        failures: Int = 0,
        stalls: Int = 0,
        maxAttempts: Int,
        ticket: Int,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        claimedAt: Timestamp? = nil,
        dueAt: Timestamp? = nil,
        expiresAt: Timestamp,
        isCancelRequested: Bool = false,
        progress: Progress = Progress(),
        result: StoredResult? = nil,
        failure: StoredFailure? = nil,
        tenant: Tenant = .standard,
        trace: TraceContext? = nil
    ) {
        storage = Storage(
            Fields(
                id: id,
                tenant: tenant,
                type: type,
                queue: queue,
                priority: priority,
                state: state,
                version: version,
                fence: fence,
                attempt: attempt,
                failures: failures,
                stalls: stalls,
                maxAttempts: maxAttempts,
                ticket: ticket,
                createdAt: createdAt,
                updatedAt: updatedAt,
                claimedAt: claimedAt,
                dueAt: dueAt,
                expiresAt: expiresAt,
                isCancelRequested: isCancelRequested,
                progress: progress,
                result: result,
                failure: failure,
                trace: trace
            )
        )
    }

    /// Creates the record of a job that has just been taken in.
    ///
    /// - Parameters:
    ///   - job: What was submitted.
    ///   - state: Scheduled or queued.
    ///   - ticket: The ticket it drew; 0 while it is not in line.
    ///   - now: When, by the store's clock.
    ///   - due: When it is due; kept only while it is scheduled.
    ///   - expiresAt: When nothing of it will be left.
    public init(
        accepting job: NewJob,
        as state: JobState,
        ticket: Int,
        at now: Timestamp,
        due: Timestamp,
        expiresAt: Timestamp
    ) {
        self.init(
            id: job.id,
            type: job.type,
            queue: job.queue,
            priority: job.priority,
            state: state,
            version: 1,
            maxAttempts: job.maxAttempts,
            ticket: ticket,
            createdAt: now,
            updatedAt: now,
            dueAt: state == .scheduled ? due : nil,
            expiresAt: expiresAt,
            tenant: job.tenant,
            trace: job.trace
        )
    }
}

extension JobRecord: Equatable {
    public static func == (left: JobRecord, right: JobRecord) -> Bool {
        left.storage === right.storage || left.storage.fields == right.storage.fields
    }
}

extension JobRecord: CustomStringConvertible {
    public var description: String { "\(storage.fields)" }
}
