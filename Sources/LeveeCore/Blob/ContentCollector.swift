// Takes content in piece by piece: few bytes stay in memory, many go into a blob store as they come.

/// Collects bytes of which nobody knows yet how many there will be. What is not finished leaves nothing behind.
public struct ContentCollector: Sendable {
    private let target: (name: BlobName, blobs: any BlobStore)?
    private var bytes: [UInt8] = []
    private var writer: (any BlobWriter)?

    /// How many bytes have come.
    public private(set) var length = 0

    /// Creates a collector.
    ///
    /// - Parameters:
    ///   - name: What a blob would be called.
    ///   - blobs: Where too many bytes go; without one, all stay in memory.
    public init(name: BlobName, blobs: (any BlobStore)?) {
        target = blobs.map { (name, $0) }
    }

    /// Creates a collector that keeps all bytes in memory.
    public init() { target = nil }

    /// Whether the bytes go into a blob, and are not in memory any more.
    public var isApart: Bool { writer != nil }

    /// Makes room for bytes that are announced.
    public mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    /// Takes the next bytes.
    ///
    /// - Throws: ``BlobError`` if they could not be written.
    public mutating func append(_ piece: some Collection<UInt8> & Sendable) async throws(BlobError) {
        length += piece.count
        if let writer { return try await writer.append(Array(piece)) }
        bytes.append(contentsOf: piece)
        guard let target, bytes.count > target.blobs.threshold else { return }
        let writer = try await target.blobs.writer(for: target.name)
        try await writer.append(bytes)
        bytes = []
        self.writer = writer
    }

    /// Ends the content. A blob is durable then.
    ///
    /// - Parameter mediaType: The media type of the bytes.
    /// - Returns: The content, with its bytes or with the blob that has them.
    /// - Throws: ``BlobError`` if they could not be written.
    public func finish(as mediaType: String) async throws(BlobError) -> Content {
        guard let writer else { return Content(mediaType: mediaType, bytes: bytes) }
        return Content(mediaType: mediaType, blob: try await writer.commit())
    }
}

extension Content {
    /// The same content under a name of its own, its bytes in a blob if they are too many for the store of jobs.
    ///
    /// - Parameters:
    ///   - name: What the blob is to be called; one of another name is copied.
    ///   - blobs: Where the blob goes; without one the bytes stay where they are.
    /// - Returns: Content that a store of jobs can take.
    /// - Throws: ``BlobError`` if it could not be written.
    public func stored(as name: BlobName, in blobs: (any BlobStore)?) async throws(BlobError) -> Content {
        guard let blobs else { return self }
        if let blob {
            return blob.name == name ? self : Content(mediaType: mediaType, blob: try await blobs.copy(blob, as: name))
        }
        guard bytes.count > blobs.threshold else { return self }
        var collector = ContentCollector(name: name, blobs: blobs)
        try await collector.append(bytes)
        return try await collector.finish(as: mediaType)
    }
}
