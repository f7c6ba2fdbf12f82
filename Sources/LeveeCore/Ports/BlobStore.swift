// The port behind which payloads and results lie that are too large for the store of jobs.

/// Keeps bytes that are written once and read whole, for all processes of a deployment.
public protocol BlobStore: Sendable {
    /// The most bytes of a payload or result that do without a blob.
    var threshold: Int { get }

    /// Begins a blob. Nothing of it is to be seen until it is committed.
    ///
    /// - Parameter name: Its name; a blob that has it already is replaced by the commit.
    /// - Returns: What takes its bytes.
    /// - Throws: ``BlobError`` if it could not be begun.
    func writer(for name: BlobName) async throws(BlobError) -> any BlobWriter

    /// Begins to read a blob.
    ///
    /// - Throws: ``BlobError`` if it is not there, or has not as many bytes as it should.
    func reader(of blob: Blob) async throws(BlobError) -> any BlobReader

    /// Gives a blob a second name; each can then be removed by itself.
    ///
    /// - Returns: The blob under its other name.
    /// - Throws: ``BlobError`` if it is not there, or could not be written.
    func copy(_ blob: Blob, as name: BlobName) async throws(BlobError) -> Blob

    /// Removes blobs; those that are not there count as removed.
    func remove(_ names: [BlobName]) async throws(BlobError)
}

/// Writes one blob; one that is let go before its commit leaves nothing behind.
public protocol BlobWriter: AnyObject, Sendable {
    /// Writes the next bytes.
    func append(_ bytes: [UInt8]) async throws(BlobError)

    /// Makes the blob durable, and then visible, in one step. Nothing may be written after it.
    func commit() async throws(BlobError) -> Blob
}

/// Reads one blob from its beginning to its end.
public protocol BlobReader: AnyObject, Sendable {
    /// The next bytes, at least one; `nil` at the end.
    ///
    /// - Throws: ``BlobError/damaged(_:)`` in the place of the last bytes if they are not those that were written.
    func next() async throws(BlobError) -> [UInt8]?
}

/// Why a blob was not written or read.
public enum BlobError: Error, Sendable, Equatable {
    /// It is not there, though its store is.
    case missing(BlobName)
    /// It has other bytes than were written.
    case damaged(BlobName)
    /// There is no room for it.
    case full
    /// The blob store cannot be used, for the reason given.
    case unavailable(String)

    /// This process knows of no blob store.
    public static let notConfigured = BlobError.unavailable(
        "this process has no blob folder; name the one of the deployment with blobs.folder in its configuration"
    )
}

extension BlobError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing(let name): "the blob \(name) is missing"
        case .damaged(let name): "the blob \(name) is not as it was written"
        case .full: "the blob store is full"
        case .unavailable(let reason): "the blob store cannot be used: \(reason)"
        }
    }
}
