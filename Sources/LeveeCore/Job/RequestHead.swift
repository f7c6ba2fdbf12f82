// What a job keeps of the request that it was made of, beside its body, which is the payload.

/// The head of a request, as far as the handler of a job has use for it.
public struct RequestHead: Sendable, Equatable {
    /// The method and the target (RFC 9112 section 3), such as `GET /films?id=7`; `nil` where the request was a plain submit,
    /// whose own method and target say nothing.
    public var line: Line?
    /// The header fields that pass.
    public var fields: [HeaderField]

    /// What is asked, and of what.
    public struct Line: Sendable, Equatable {
        public var method: String
        /// Path and query, percent-encoded as they came.
        public var target: String

        /// Creates a line; see the properties.
        public init(method: String, target: String) {
            self.method = method
            self.target = target
        }
    }

    /// Creates a head; see the properties.
    public init(line: Line? = nil, fields: [HeaderField] = []) {
        self.line = line
        self.fields = fields
    }

    /// The head as a store keeps it: method and target on the first line, which may be empty, then a line for each field.
    public var text: String { (line.map { "\($0.method) \($0.target)" } ?? "") + "\n" + fields.lines }

    /// Reads what ``text`` has written.
    ///
    /// - Parameter text: The text.
    public init(text: String) {
        let first = text.prefix { $0 != "\n" }
        let words = first.split(separator: " ", maxSplits: 1)
        line = words.count == 2 ? Line(method: String(words[0]), target: String(words[1])) : nil
        fields = [HeaderField](lines: text.dropFirst(first.count))
    }
}
