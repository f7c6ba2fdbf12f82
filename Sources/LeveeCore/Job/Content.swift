// Bytes with their media type: what goes into a job and what comes out of it.

/// Opaque bytes and the media type that their author gave them (RFC 9110 section 8.3).
public struct Content: Sendable, Equatable {
    /// The media type with its parameters, as it came; `application/octet-stream` where none was given.
    public var mediaType: String
    /// The bytes, unchanged; none where they lie in a blob.
    public var bytes: [UInt8]
    /// Where the bytes lie, if not here.
    public var blob: Blob?

    /// Creates a piece of content.
    ///
    /// - Parameters:
    ///   - mediaType: The media type with its parameters.
    ///   - bytes: The bytes.
    public init(mediaType: String, bytes: [UInt8]) {
        self.mediaType = mediaType
        self.bytes = bytes
    }

    /// Creates a piece of content whose bytes lie in a blob.
    ///
    /// - Parameters:
    ///   - mediaType: The media type with its parameters.
    ///   - blob: Where the bytes lie.
    public init(mediaType: String, blob: Blob) {
        self.init(mediaType: mediaType, bytes: [])
        self.blob = blob
    }

    /// How many bytes there are, wherever they lie.
    public var length: Int { blob?.length ?? bytes.count }

    /// Whether a media type stands for JSON: `application/json` or any `+json` (RFC 6839 section 3.1).
    ///
    /// - Parameter mediaType: The media type, with or without parameters, in any case.
    /// - Returns: Whether a JSON parser applies.
    public static func isJSON(_ mediaType: String) -> Bool {
        let essence = essence(of: mediaType)
        return essence == "application/json" || essence.hasSuffix("+json")
    }

    /// The media type without parameters, in lower case: what types are compared by (RFC 9110 section 8.3.1).
    ///
    /// - Parameter mediaType: The media type as it came.
    /// - Returns: `type/subtype`.
    public static func essence(of mediaType: String) -> String {
        let head = mediaType.utf8.prefix { $0 != UInt8(ascii: ";") }
        let letters = head.lazy.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
        return String(decoding: letters.map { capitals.contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
