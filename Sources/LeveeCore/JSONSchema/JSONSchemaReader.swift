// From the JSON of a schema to its rules; whatever cannot be meant is a problem with its place.

/// Reads one schema.
struct JSONSchemaReader {
    /// The address of the dialect that is understood, the only one that `$schema` may name.
    static let dialect = "https://json-schema.org/draft/2020-12/schema"

    /// The keywords that ask something of a value.
    static let keywords: [Keyword] = [
        .type, .enumeration, .const, .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum, .multipleOf, .minLength,
        .maxLength, .pattern, .minItems, .maxItems, .uniqueItems, .items, .properties, .required,
        .additionalProperties,
    ]
    /// The keywords that say something to people.
    static let annotations: [Keyword] = [
        .title, .description, .defaultValue, .examples, .schema, .identifier, .comment,
    ]

    enum Keyword: String {
        case type, const, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength, maxLength
        case pattern, minItems, maxItems, uniqueItems, items, properties, required, additionalProperties
        case title, description, examples
        case enumeration = "enum"
        case defaultValue = "default"
        case schema = "$schema"
        case identifier = "$id"
        case comment = "$comment"
    }

    private(set) var problems: [InvalidJSONSchema.Problem] = []

    /// The rules of a schema, or none where it is not understood.
    mutating func rules(_ schema: JSONValue, at path: [String]) -> JSONRules {
        if schema.kind == .boolean { return JSONRules(rules: schema.isTrue ? [] : [.never]) }
        guard schema.kind == .object else {
            report("a schema is an object of keywords, true or false", schema, path)
            return JSONRules()
        }
        var rules = JSONRules()
        var members = JSONMemberRules()
        for (name, value) in schema.members {
            let path = path + [name.text]
            guard let keyword = Keyword(rawValue: name.text) else {
                report("this keyword is not supported", name, path, unknownKeyword: name.text)
                continue
            }
            switch keyword {
            case .properties:
                for (name, value, path) in entries(of: value, at: path) {
                    members.properties[name.utf8] = self.rules(value, at: path)
                }
            case .additionalProperties: members.additional = self.rules(value, at: path)
            case .required: members.required = texts(value, path).map(\.utf8)
            default: rules.rules += rule(keyword, value, path).map { [$0] } ?? []
            }
        }
        if !members.isEmpty { rules.rules.append(.members(members)) }
        return rules
    }

    /// The rule that a keyword makes by itself; `nil` for an annotation, and where the value does not fit.
    private mutating func rule(_ keyword: Keyword, _ value: JSONValue, _ path: [String]) -> JSONRule? {
        switch keyword {
        case .type: return type(value, path)
        case .enumeration, .const: return oneOf(keyword, value, path)
        case .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum:
            guard let bound = JSONBound(rawValue: keyword.rawValue),
                holds(value.kind == .number, "write a number", value, path)
            else { return nil }
            return .bound(bound, value.number, shown: value.excerpt)
        case .multipleOf:
            let hint = "write a number above 0 of \(JSONNumber.maxDivisorDigits) digits at most"
            guard holds(value.kind == .number && value.number.isDivisor, hint, value, path) else { return nil }
            return .multiple(value.number, shown: value.excerpt)
        case .minLength, .maxLength, .minItems, .maxItems:
            let number = value.kind == .number ? value.number.integer : nil
            guard let count = JSONCount(rawValue: keyword.rawValue),
                holds((number ?? -1) >= 0, "write a whole number, 0 or more", value, path)
            else { return nil }
            return .count(count, number ?? 0)
        case .pattern: return pattern(value, path)
        case .items:
            if value.kind == .array {
                report("a list of schemas is not supported; write one schema for all items", value, path)
                return nil
            }
            return .items(rules(value, at: path))
        case .uniqueItems:
            guard holds(value.kind == .boolean, "write true or false", value, path) else { return nil }
            return value.isTrue ? .uniqueItems : nil
        case .properties, .additionalProperties, .required: return nil
        case .title, .description, .defaultValue, .examples, .schema, .identifier, .comment:
            annotation(keyword, value, path)
            return nil
        }
    }

    private mutating func type(_ value: JSONValue, _ path: [String]) -> JSONRule? {
        let names = value.kind == .array ? Array(value.elements) : [value]
        let types = names.compactMap { $0.kind == .string ? JSONTypeName(rawValue: $0.text) : nil }
        let known = JSONTypeName.allCases.map(\.rawValue).joined(separator: ", ")
        let isFit = types.count == names.count && Set(types).count == types.count && !types.isEmpty
        guard holds(isFit, "write one of \(known), or a list of some of them", value, path) else { return nil }
        return .type(types)
    }

    private mutating func oneOf(_ keyword: Keyword, _ value: JSONValue, _ path: [String]) -> JSONRule? {
        if keyword == .const { return .oneOf([value.canonical], keyword: "const", shown: value.excerpt) }
        let values = value.kind == .array ? Array(value.elements) : []
        guard holds(!values.isEmpty, "write a list of the values that are allowed", value, path) else { return nil }
        let shown = values.prefix(10).map(\.excerpt).joined(separator: ", ")
        let more = values.count > 10 ? " and \(values.count - 10) more" : ""
        return .oneOf(Set(values.map(\.canonical)), keyword: "enum", shown: "one of " + shown + more)
    }

    private mutating func pattern(_ value: JSONValue, _ path: [String]) -> JSONRule? {
        guard holds(value.kind == .string, "write a regular expression as a text", value, path) else { return nil }
        do throws(PatternError) {
            return .pattern(try Pattern(value.text))
        } catch {
            report("the regular expression \(error.message)", value, path)
            return nil
        }
    }

    private mutating func annotation(_ keyword: Keyword, _ value: JSONValue, _ path: [String]) {
        switch keyword {
        case .examples: _ = holds(value.kind == .array, "write a list", value, path)
        case .defaultValue: break
        case .schema:
            let isKnown = value.kind == .string && [Self.dialect, Self.dialect + "#"].contains(value.text)
            _ = holds(isKnown, "this dialect is not supported; write \(Self.dialect)", value, path)
        default: _ = holds(value.kind == .string, "write a text", value, path)
        }
    }

    private mutating func entries(
        of value: JSONValue,
        at path: [String]
    ) -> [(name: JSONValue, value: JSONValue, path: [String])] {
        guard holds(value.kind == .object, "write names with their schemas", value, path) else { return [] }
        return value.members.map { ($0.name, $0.value, path + [$0.name.text]) }
    }

    private mutating func texts(_ value: JSONValue, _ path: [String]) -> [JSONValue] {
        let texts = value.kind == .array ? value.elements.filter { $0.kind == .string } : []
        let isFit =
            value.kind == .array && texts.count == value.elements.count { _ in true }
            && Set(texts.map(\.utf8)).count == texts.count
        return holds(isFit, "write a list of names, each once", value, path) ? texts : []
    }

    // MARK: Problems

    private mutating func holds(_ isFit: Bool, _ message: String, _ value: JSONValue, _ path: [String]) -> Bool {
        if !isFit { report(message, value, path) }
        return isFit
    }

    private mutating func report(
        _ message: String,
        _ value: JSONValue,
        _ path: [String],
        unknownKeyword: String? = nil
    ) {
        problems.append(
            InvalidJSONSchema.Problem(
                path: path,
                offset: value.offset,
                message: message,
                unknownKeyword: unknownKeyword
            )
        )
    }
}

extension JSONValue {
    /// The value as it was written, cut where it is too long to be shown.
    var excerpt: String {
        let text = String(decoding: source, as: UTF8.self)
        return text.count <= 60 ? text : text.prefix(59) + "…"
    }
}
