// The paths that a route serves: segments that are given, names for one segment, and a name for all that is left.

/// A pattern of paths such as `/films/{id}/frames` or `/shop/{path...}`.
public struct PathPattern: Sendable, Equatable {
    /// One part between slashes.
    public enum Segment: Sendable, Equatable {
        case literal(String)
        /// Any one segment that is not empty.
        case name(String)
        /// All segments from here on, at least one; the last part of a pattern.
        case rest(String)
    }

    public let segments: [Segment]

    /// The names of the clients' door itself, which no route may take: the first segments of its own paths, and those of the
    /// admin door, so that nobody takes the one for the other.
    public static let reserved: Set<String> = [
        "jobs", "operations", "resources", "livez", "readyz", "openapi.json", "leases", "queues", "workers", "metrics",
        "destinations", "deliveries",
    ]

    /// Why a text is no pattern, or one that nothing would match.
    public struct Fault: Error, Equatable {
        /// What is wrong and what to write.
        public let message: String
    }

    /// Reads a pattern.
    ///
    /// - Parameter text: Such as `/films/{id}`.
    /// - Throws: What is wrong with it.
    public init(_ text: String) throws(Fault) {
        guard text.hasPrefix("/") else { throw Fault(message: "no path begins without a slash; write /\(text)") }
        let parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        var segments: [Segment] = []
        var names: Set<String> = []
        for (index, part) in parts.enumerated() {
            let segment = try Self.segment(part, isLast: index == parts.count - 1)
            if let name = segment.capture, !names.insert(name).inserted {
                throw Fault(message: "the name \(name) stands twice; give each its own")
            }
            segments.append(segment)
        }
        guard case .literal(let first) = segments.first else {
            throw Fault(
                message: "would take Levee's own paths as well; begin with a segment of its own, such as /api/{path...}"
            )
        }
        guard !Self.reserved.contains(first.lowercased()) else {
            throw Fault(message: "collides with Levee's own paths below /\(first); begin with another segment")
        }
        self.segments = segments
    }

    private static func segment(_ part: String, isLast: Bool) throws(Fault) -> Segment {
        guard !part.isEmpty else {
            throw Fault(message: "has an empty segment, which no path would match; leave the slash out")
        }
        guard part.contains("{") || part.contains("}") else {
            guard part != ".", part != ".." else {
                throw Fault(message: "has the segment \(part), which clients resolve before they send it; leave it out")
            }
            guard part.utf8.allSatisfy(isPathCharacter), part.first != ":" else {
                throw Fault(message: "has a character that no path holds as it is; write it percent-encoded")
            }
            return .literal(part)
        }
        let inner = part.dropFirst().dropLast()
        let isRest = inner.hasSuffix("...")
        let name = String(isRest ? inner.dropLast(3) : inner)
        let isWord = name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
        }
        guard part.hasPrefix("{"), part.hasSuffix("}"), !name.isEmpty, isWord else {
            throw Fault(
                message: "a name takes a whole segment and is made of letters, digits and _, such as {id} or {path...}"
            )
        }
        guard isRest else { return .name(name) }
        guard isLast else { throw Fault(message: "nothing comes after {\(name)...}, which takes all that is left") }
        return .rest(name)
    }

    /// `pchar` without what has to be escaped in a configuration (RFC 3986 section 3.3).
    private static func isPathCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._~!$&'()+,;=:@%".utf8.contains(byte)
        }
    }

    /// The names in the pattern.
    public var names: [String] { segments.compactMap(\.capture) }

    /// Whether there are paths that both patterns match.
    ///
    /// - Parameter other: Another pattern.
    /// - Returns: Whether a request could be meant for either.
    public func overlaps(_ other: PathPattern) -> Bool {
        for (left, right) in zip(segments, other.segments) {
            switch (left, right) {
            case (.rest, _), (_, .rest): return true
            case (.literal(let left), .literal(let right)): if left != right { return false }
            default: continue
            }
        }
        return segments.count == other.segments.count
    }

    /// Matches a path.
    ///
    /// - Parameter path: Percent-encoded, as it came.
    /// - Returns: What the names stand for, still encoded; `nil` if the path does not match, or has a `.` or `..` among what the
    ///   names stand for, which would lead elsewhere.
    func match(_ path: String) -> [String: String]? {
        guard path.hasPrefix("/") else { return nil }
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        var found: [String: String] = [:]
        for (index, segment) in segments.enumerated() {
            guard index < parts.count else { return nil }
            switch segment {
            case .literal(let text): if parts[index] != text { return nil }
            case .name(let name):
                guard !parts[index].isEmpty, !Self.isDots(parts[index]) else { return nil }
                found[name] = String(parts[index])
            case .rest(let name):
                guard !parts[index...].contains(where: Self.isDots) else { return nil }
                found[name] = parts[index...].joined(separator: "/")
                return found
            }
        }
        return parts.count == segments.count ? found : nil
    }

    private static func isDots(_ part: Substring) -> Bool {
        // As whoever decodes first, or knows of backslashes and parameters, would read it.
        let plain = PercentEncoding.decode(String(part)).split(omittingEmptySubsequences: false) {
            $0 == "/" || $0 == "\\"
        }
        return plain.contains { piece in
            let name = piece.prefix { $0 != ";" }
            return name == "." || name == ".."
        }
    }

    /// What stands before and after the name, in a pattern that has a single one.
    var affixes: (prefix: String, suffix: String) {
        let text = description
        guard let open = text.firstIndex(of: "{"), let close = text.firstIndex(of: "}") else { return (text, "") }
        return (String(text[..<open]), String(text[text.index(after: close)...]))
    }
}

extension PathPattern.Segment {
    /// The name that stands for something.
    fileprivate var capture: String? {
        switch self {
        case .literal: nil
        case .name(let name), .rest(let name): name
        }
    }
}

extension PathPattern: CustomStringConvertible {
    /// The pattern as it was written.
    public var description: String {
        segments.reduce(into: "") { text, segment in
            switch segment {
            case .literal(let part): text += "/\(part)"
            case .name(let name): text += "/{\(name)}"
            case .rest(let name): text += "/{\(name)...}"
            }
        }
    }
}
