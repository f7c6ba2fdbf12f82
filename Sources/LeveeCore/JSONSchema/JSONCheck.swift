// Walks over a payload and its schema at once, and notes where they differ.

/// One check of one payload.
struct JSONCheck {
    private let limit: Int
    private(set) var violations: [JSONViolation] = []
    /// The names and numbers that lead from the top to the value that is looked at.
    private var path: [Step] = []

    private enum Step {
        case name(JSONValue)
        case item(Int)
    }

    /// How many steps are left for regular expressions: enough for any pattern and a thousand characters, and beyond that
    /// for a pattern that is in 32 states at once, which no usual one is.
    private var steps: Int

    init(of document: JSONDocument, limit: Int) {
        self.limit = limit
        steps = 1_000 * PatternProgram.maxInstructions + 32 * document.bytes.count
    }

    private var isDone: Bool { violations.count >= limit }

    /// Checks a value with all that is in it; no deeper than a document can be.
    mutating func check(_ value: JSONValue, against rules: JSONRules) {
        for rule in rules.rules where !isDone { check(value, rule) }
    }

    private mutating func check(_ value: JSONValue, _ rule: JSONRule) {
        switch rule {
        case .never: note("false", "is not allowed")
        case .type(let types):
            if !types.contains(where: { $0.fits(value) }) { note("type", Self.mismatch(value, types)) }
        case .oneOf(let allowed, let keyword, let shown):
            if !allowed.contains(value.canonical) { note(keyword, "must be \(shown)") }
        case .bound(let bound, let number, let shown):
            guard value.kind == .number, !bound.holds(value.number, number) else { return }
            note(bound.rawValue, "\(bound.phrase) \(shown)")
        case .multiple(let divisor, let shown):
            guard value.kind == .number, !value.number.isMultiple(of: divisor) else { return }
            note("multipleOf", "must be a multiple of \(shown)")
        case .count(let count, let bound):
            guard value.kind == count.kind, !count.holds(value, bound) else { return }
            note(count.rawValue, count.phrase(bound))
        case .pattern(let pattern):
            guard value.kind == .string else { return }
            switch pattern.matches(value.text.unicodeScalars, steps: &steps) {
            case true?: return
            case false?: note("pattern", "must match the regular expression \(pattern.source)")
            case nil: note("pattern", "is too long to be matched with the regular expression \(pattern.source)")
            }
        case .items(let rules):
            guard value.kind == .array else { return }
            for (index, element) in value.elements.enumerated() where !isDone {
                descend(.item(index)) { $0.check(element, against: rules) }
            }
        case .uniqueItems:
            guard value.kind == .array else { return }
            checkUniqueness(of: value.elements)
        case .members(let rules):
            guard value.kind == .object else { return }
            checkMembers(of: value, rules)
        }
    }

    private mutating func checkUniqueness(of elements: some Sequence<JSONValue>) {
        var seen: Set<[UInt8]> = []
        for (index, element) in elements.enumerated() where !isDone && !seen.insert(element.canonical).inserted {
            descend(.item(index)) { $0.note("uniqueItems", "is the same as an item before it") }
        }
    }

    private mutating func checkMembers(of object: JSONValue, _ rules: JSONMemberRules) {
        var missing = Set(rules.required)
        for (name, value) in object.members where !isDone {
            let bytes = name.utf8
            if !missing.isEmpty { missing.remove(bytes) }
            if let schema = rules.properties[bytes] {
                descend(.name(name)) { $0.check(value, against: schema) }
            } else if let schema = rules.additional {
                descend(.name(name)) { $0.checkAdditional(value, against: schema) }
            }
        }
        for name in rules.required where !isDone && missing.contains(name) {
            note("required", "must have a member named \(String(decoding: name, as: UTF8.self))")
        }
    }

    private mutating func checkAdditional(_ value: JSONValue, against rules: JSONRules) {
        if case .never? = rules.rules.first {
            note("additionalProperties", "is not allowed: no member of this name is known")
        } else {
            check(value, against: rules)
        }
    }

    private mutating func descend(_ step: Step, _ body: (inout JSONCheck) -> Void) {
        path.append(step)
        body(&self)
        path.removeLast()
    }

    private mutating func note(_ keyword: String, _ detail: String) {
        violations.append(JSONViolation(pointer: pointer, keyword: keyword, detail: detail))
    }

    /// The place that is looked at (RFC 6901 section 3).
    private var pointer: String {
        var pointer = ""
        for step in path {
            let token =
                switch step {
                case .item(let index): "\(index)"
                case .name(let name): name.text.replacing("~", with: "~0").replacing("/", with: "~1")
                }
            guard pointer.utf8.count + 1 + token.utf8.count <= JSONViolation.maxPointerLength else { break }
            pointer += "/" + token
        }
        return pointer
    }

    private static func mismatch(_ value: JSONValue, _ types: [JSONTypeName]) -> String {
        let wanted = types.map(\.phrase).joined(separator: " or ")
        let isFraction = value.kind == .number && types.contains(.integer)
        let found = isFraction ? "a fraction" : JSONTypeName(rawValue: value.kind.rawValue)?.phrase ?? ""
        return "must be \(wanted), not \(found)"
    }
}
