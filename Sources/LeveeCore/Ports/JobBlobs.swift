// The port through which it is told which blobs are still needed.

/// Says what jobs refer to outside their own store.
public protocol JobBlobs: Sendable {
    /// Reads what jobs refer to.
    ///
    /// - Parameter ids: The jobs, at most 1,000.
    /// - Returns: One claim for each, in order.
    /// - Throws: ``StoreError`` if the store was not reached.
    func claims(of ids: [JobID]) async throws(StoreError) -> [BlobClaim]
}

/// What a job needs of its blobs.
public enum BlobClaim: Sendable, Equatable {
    /// There is no such job.
    case nobody
    /// It has not ended: it needs its payload, if that is a blob, and whatever attempts are about to leave.
    case open(payload: Blob?)
    /// It has ended, and needs these only.
    case ended([Blob])

    /// What the job refers to.
    public var blobs: [Blob] {
        switch self {
        case .nobody: []
        case .open(let payload): payload.map { [$0] } ?? []
        case .ended(let blobs): blobs
        }
    }

    /// Whether a blob of the job has to stay.
    public func keeps(_ name: BlobName) -> Bool {
        if case .open = self { return true }
        return blobs.contains { $0.name == name }
    }
}
