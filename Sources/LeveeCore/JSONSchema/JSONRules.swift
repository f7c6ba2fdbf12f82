// A schema after it has been read: a list of things that have to hold.

/// What has to hold of one value.
struct JSONRules: Sendable {
    var rules: [JSONRule] = []
}

/// One thing that has to hold; those that speak of another kind of value hold for all others.
indirect enum JSONRule: Sendable {
    /// The schema `false`.
    case never
    case type([JSONTypeName])
    /// One of these values, by their canonical forms; the values as they were written for people.
    case oneOf(Set<[UInt8]>, keyword: String, shown: String)
    case bound(JSONBound, JSONNumber, shown: String)
    case multiple(JSONNumber, shown: String)
    case count(JSONCount, Int)
    case pattern(Pattern)
    case items(JSONRules)
    case uniqueItems
    case members(JSONMemberRules)
}

/// What has to hold of the members of an object; names are their bytes.
struct JSONMemberRules: Sendable {
    var properties: [ArraySlice<UInt8>: JSONRules] = [:]
    /// For members that are not in ``properties``.
    var additional: JSONRules?
    var required: [ArraySlice<UInt8>] = []

    var isEmpty: Bool { properties.isEmpty && additional == nil && required.isEmpty }
}

/// The names that `type` knows (JSON Schema 2020-12, validation, section 6.1.1).
enum JSONTypeName: String, CaseIterable, Sendable {
    case null, boolean, integer, number, string, array, object

    func fits(_ value: JSONValue) -> Bool {
        switch self {
        case .null: value.kind == .null
        case .boolean: value.kind == .boolean
        case .integer: value.isInteger
        case .number: value.kind == .number
        case .string: value.kind == .string
        case .array: value.kind == .array
        case .object: value.kind == .object
        }
    }

    /// The type with its article, for people.
    var phrase: String {
        switch self {
        case .null: "null"
        case .integer, .array, .object: "an \(rawValue)"
        case .boolean, .number, .string: "a \(rawValue)"
        }
    }
}

/// The keywords that hold a number within bounds.
enum JSONBound: String, CaseIterable, Sendable {
    case minimum, exclusiveMinimum, maximum, exclusiveMaximum

    func holds(_ number: JSONNumber, _ bound: JSONNumber) -> Bool {
        switch self {
        case .minimum: number >= bound
        case .exclusiveMinimum: number > bound
        case .maximum: number <= bound
        case .exclusiveMaximum: number < bound
        }
    }

    /// What the keyword asks for, with its bound behind it.
    var phrase: String {
        switch self {
        case .minimum: "must be at least"
        case .exclusiveMinimum: "must be more than"
        case .maximum: "must be at most"
        case .exclusiveMaximum: "must be less than"
        }
    }
}

/// The keywords that count characters (Unicode scalars) or items.
enum JSONCount: String, CaseIterable, Sendable {
    case minLength, maxLength, minItems, maxItems

    /// What the keyword counts in.
    var kind: JSONValue.Kind {
        switch self {
        case .minLength, .maxLength: .string
        case .minItems, .maxItems: .array
        }
    }

    func holds(_ value: JSONValue, _ bound: Int) -> Bool {
        switch self {
        case .minLength: value.utf8.count { $0 & 0xC0 != 0x80 } >= bound
        case .maxLength: value.utf8.count { $0 & 0xC0 != 0x80 } <= bound
        case .minItems: value.elements.prefix(bound).count { _ in true } == bound
        case .maxItems: value.elements.dropFirst(bound).first { _ in true } == nil
        }
    }

    /// What the keyword asks for.
    func phrase(_ bound: Int) -> String {
        let noun = kind == .string ? "character" : "item"
        let counted = bound == 1 ? "1 \(noun)" : "\(bound) \(noun)s"
        return switch self {
        case .minLength, .minItems: "must have \(counted) at least"
        case .maxLength, .maxItems: "may have \(counted) at most"
        }
    }
}
