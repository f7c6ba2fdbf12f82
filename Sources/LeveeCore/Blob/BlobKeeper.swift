// Blobs and the jobs that they belong to, together: what happens to the former when something happens to the latter.

/// Keeps blobs in step with jobs. What it fails to remove is swept later.
public struct BlobKeeper: Sendable {
    public let store: any BlobStore
    private let jobs: any JobBlobs

    /// Creates a keeper.
    ///
    /// - Parameters:
    ///   - store: Where the blobs lie.
    ///   - jobs: What says whose they are.
    public init(store: any BlobStore, jobs: any JobBlobs) {
        self.store = store
        self.jobs = jobs
    }

    /// The blobs of a job that has ended.
    public func blobs(of job: JobID) async throws(StoreError) -> [Blob] {
        guard case .ended(let blobs) = try await jobs.claims(of: [job]).first else { return [] }
        return blobs
    }

    /// The blob with the payload of a job that has not ended; `nil` if it lies in none.
    public func payload(of job: JobID) async throws(StoreError) -> Blob? {
        guard case .open(let payload) = try await jobs.claims(of: [job]).first else { return nil }
        return payload
    }

    /// Removes blobs of a job that was removed, unless something still needs it.
    public func release(_ blobs: [Blob], of job: JobID) async {
        guard !blobs.isEmpty, let claim = try? await jobs.claims(of: [job]).first, claim == .nobody else { return }
        await discard(blobs.map(\.name))
    }

    /// Removes blobs that nothing refers to.
    public func discard(_ names: [BlobName]) async {
        guard !names.isEmpty else { return }
        try? await store.remove(names)
    }

    /// Removes the blob of content that nothing refers to, if it lies in one.
    public func discard(_ content: Content) async {
        await discard(content.blob.map { [$0.name] } ?? [])
    }

    /// Gives the payload of an ended job to another one as well.
    ///
    /// - Returns: The blob of the other job; `nil` if the payload lies in none.
    public func copyPayload(of job: JobID, to other: JobID) async throws -> Blob? {
        guard let payload = try await blobs(of: job).first(where: { $0.name.part == .payload }) else { return nil }
        return try await store.copy(payload, as: .payload(of: other))
    }
}
