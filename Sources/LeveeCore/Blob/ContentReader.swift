// Hands content out piece by piece, wherever its bytes lie.

/// Reads content from its beginning to its end.
public struct ContentReader: Sendable {
    private var bytes: [UInt8]
    private let reader: (any BlobReader)?

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - content: What is to be read.
    ///   - blobs: Where blobs lie; `nil` if this process knows of none.
    /// - Throws: ``BlobError`` if the bytes are not there.
    public init(_ content: Content, blobs: (any BlobStore)?) async throws(BlobError) {
        bytes = content.bytes
        guard let blob = content.blob else {
            reader = nil
            return
        }
        guard let blobs else { throw .notConfigured }
        reader = try await blobs.reader(of: blob)
    }

    /// The next bytes, at least one; `nil` at the end.
    ///
    /// - Throws: ``BlobError`` if the bytes are not there any more, or not those that were stored.
    public mutating func next() async throws(BlobError) -> [UInt8]? {
        if let reader { return try await reader.next() }
        defer { bytes = [] }
        return bytes.isEmpty ? nil : bytes
    }
}

extension Content {
    /// The same content with its bytes in memory.
    ///
    /// - Parameter blobs: Where blobs lie; `nil` if this process knows of none.
    /// - Returns: Content that needs no blob.
    /// - Throws: ``BlobError`` if the bytes are not there.
    public func loaded(from blobs: (any BlobStore)?) async throws(BlobError) -> Content {
        guard let blob else { return self }
        var content = Content(mediaType: mediaType, bytes: [])
        content.bytes.reserveCapacity(blob.length)
        var reader = try await ContentReader(self, blobs: blobs)
        while let piece = try await reader.next() { content.bytes += piece }
        return content
    }
}
