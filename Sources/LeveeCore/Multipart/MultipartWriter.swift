// Several files as one body (RFC 2046 section 5.1.3).

/// A file among several.
package struct FilePart: Sendable, Equatable {
    /// Its name: ``isValid(_:)``.
    package var name: String
    package var mediaType: String
    /// How many bytes it has.
    package var length: Int

    package init(name: String, mediaType: String, length: Int) {
        self.name = name
        self.mediaType = mediaType
        self.length = length
    }

    /// Whether a text can be the name of a part: 1 to 255 bytes, no control characters, none of `"`, `\` and `/`, and more
    /// than one or two dots.
    package static func isValid(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count) && name != "." && name != ".."
            && name.unicodeScalars.allSatisfy {
                $0.properties.generalCategory != .control && $0 != "\"" && $0 != "\\" && $0 != "/"
            }
    }
}

/// Writes a body of the type `multipart/mixed`. Each part says how long it is, so that readers get from one to the next
/// without looking at the bytes between.
package struct MultipartWriter: Sendable {
    private let boundary: String

    /// Begins a body.
    ///
    /// - Parameter boundary: What parts begin with; by default 128 random bits, which no file has.
    package init(boundary: String = MultipartWriter.randomBoundary()) {
        self.boundary = boundary
    }

    /// A boundary that nobody can guess.
    package static func randomBoundary() -> String {
        "levee-\(String(UInt64.random(in: .min ... .max), radix: 36))-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    }

    /// The media type of the body.
    package var mediaType: String { "multipart/mixed; boundary=\(boundary)" }

    /// What stands before the bytes of a part.
    ///
    /// - Parameters:
    ///   - part: The file.
    ///   - isFirst: Whether no part stands before it.
    /// - Returns: A boundary and header fields.
    package func head(of part: FilePart, isFirst: Bool) -> [UInt8] {
        let lines = [
            (isFirst ? "" : "\r\n") + "--\(boundary)",
            "Content-Type: \(part.mediaType)",
            "Content-Disposition: attachment; filename=\"\(part.name)\"",
            "Content-Length: \(part.length)",
            "", "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    /// What stands after the bytes of the last part.
    package var end: [UInt8] { Array("\r\n--\(boundary)--\r\n".utf8) }
}
