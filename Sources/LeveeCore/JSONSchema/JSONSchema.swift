// What a JSON payload has to look like: a subset of JSON Schema 2020-12 in which nothing is passed over.

/// A schema, ready to check values.
///
/// It knows the keywords in ``keywords``, as JSON Schema 2020-12 (core and validation) defines them, `true` and `false` as
/// schemas, and no other keyword: one that is not known makes the schema invalid instead of being ignored, so that
/// whatever is written is checked.
public struct JSONSchema: Sendable {
    /// The schema as it was written, as JSON without blanks.
    public let source: String
    let rules: JSONRules

    /// Everything that may stand in a schema: what is checked, then what is for people.
    public static let keywords =
        JSONSchemaReader.keywords.map(\.rawValue) + JSONSchemaReader.annotations.map(\.rawValue)

    /// Reads a schema.
    ///
    /// - Parameter document: The schema as JSON.
    /// - Throws: Everything that is wrong with it.
    public init(_ document: JSONDocument) throws(InvalidJSONSchema) {
        var reader = JSONSchemaReader()
        rules = reader.rules(document.root, at: [])
        guard reader.problems.isEmpty else { throw InvalidJSONSchema(problems: reader.problems) }
        source = document.compact
    }

    /// Checks a payload.
    ///
    /// - Parameters:
    ///   - document: The payload.
    ///   - limit: The most violations that are looked for.
    /// - Returns: What does not fit, in the order in which it was found; none if all fits.
    public func violations(of document: JSONDocument, limit: Int = 20) -> [JSONViolation] {
        var check = JSONCheck(of: document, limit: limit)
        check.check(document.root, against: rules)
        return check.violations
    }
}

extension JSONSchema: Equatable {
    /// Schemas are equal if they were written alike.
    public static func == (left: JSONSchema, right: JSONSchema) -> Bool {
        left.source.utf8.elementsEqual(right.source.utf8)
    }
}

/// A schema that cannot be used.
public struct InvalidJSONSchema: Error, Sendable, Equatable {
    /// Everything that is wrong; never empty.
    public var problems: [Problem]

    /// One thing that is wrong with a schema.
    public struct Problem: Sendable, Equatable {
        /// The keys that lead there from the top of the schema.
        public var path: [String]
        /// Where that begins in the JSON text of the schema, in bytes from 0; of a keyword that is not known the keyword.
        public var offset: Int
        /// What is wrong and what may be written instead.
        public var message: String
        /// The keyword, if what is wrong is that it is not one of ``JSONSchema/keywords``.
        public var unknownKeyword: String?
    }
}

/// A place where a payload does not fit its schema.
public struct JSONViolation: Sendable, Equatable {
    /// The most bytes of a ``pointer``.
    static let maxPointerLength = 1_000

    /// The place, as a JSON Pointer (RFC 6901): empty for the payload as a whole. Where it would become too long, that of
    /// the next object or array round it which has room.
    public var pointer: String
    /// The keyword that the value does not fit; `false` where nothing would.
    public var keyword: String
    /// What the value has to be, in words that follow it: `must be a number, not a string`.
    public var detail: String

    /// Creates a violation; see the properties.
    package init(pointer: String, keyword: String, detail: String) {
        self.pointer = pointer
        self.keyword = keyword
        self.detail = detail
    }
}
