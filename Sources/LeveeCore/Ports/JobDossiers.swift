// The port through which operators learn what the record of a job does not say.

/// Shows all there is to know of a job, its payload included.
public protocol JobDossiers: Sendable {
    /// Reads what is kept of a job beside its record.
    ///
    /// - Returns: `nil` if nothing of the job is left.
    /// - Throws: ``StoreError`` if the store was not reached.
    func dossier(of id: JobID) async throws(StoreError) -> JobDossier?

    /// Reads the payload of a job.
    ///
    /// - Returns: The payload, or a reference to the blob that has it; `nil` if nothing of it is left, as of a job that was
    ///   canceled.
    /// - Throws: ``StoreError`` if the store was not reached.
    func storedPayload(of id: JobID) async throws(StoreError) -> Content?
}

/// What is kept of a job beside its record: what was submitted, and which jobs belong to it.
public struct JobDossier: Sendable, Equatable {
    /// The media type of the payload with its parameters.
    public var payloadType: String
    /// How many bytes the payload has.
    public var payloadLength: Int
    /// What the handler is to know of the request that made the job.
    public var request: RequestHead?
    /// What its end is told to.
    public var followUps: [FollowUp]
    /// The failed job that it was made of.
    public var retryOf: JobID?
    /// The job that was made of it after it had failed.
    public var retriedAs: JobID?

    /// Creates a dossier; see the properties.
    public init(
        payloadType: String,
        payloadLength: Int,
        request: RequestHead? = nil,
        followUps: [FollowUp] = [],
        retryOf: JobID? = nil,
        retriedAs: JobID? = nil
    ) {
        self.payloadType = payloadType
        self.payloadLength = payloadLength
        self.request = request
        self.followUps = followUps
        self.retryOf = retryOf
        self.retriedAs = retriedAs
    }
}
