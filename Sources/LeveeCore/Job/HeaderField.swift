// A header field as it is kept with a job: for its handler, or for whoever fetches its result.

/// A header field of a request or a response (RFC 9110 section 5).
public struct HeaderField: Sendable, Equatable {
    /// The name, in the case in which it came.
    public var name: String
    /// The value: no line ends.
    public var value: String

    /// Creates a field.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The value; what stands behind a line end is left out.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = String(value.prefix { !$0.isNewline && $0 != "\0" })
    }
}

extension [HeaderField] {
    /// The values of a name, in order; names have no case.
    ///
    /// - Parameter name: The name.
    /// - Returns: The values.
    public func values(_ name: String) -> [String] {
        let name = name.lowercased()
        return filter { $0.name.lowercased() == name }.map(\.value)
    }

    /// A line `name: value` for each field, without a line end after the last: how stores keep them.
    public var lines: String { map { "\($0.name): \($0.value)" }.joined(separator: "\n") }

    /// Reads what ``lines`` has written; a line that is none is passed over.
    ///
    /// - Parameter lines: The lines.
    public init(lines: some StringProtocol) {
        self = lines.split(separator: "\n").compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return HeaderField(String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
        }
    }
}
