// JSON that is put together before it is written.

import LeveeCore

/// A JSON value.
indirect enum JSONTree: Equatable, Sendable {
    case string(String)
    case integer(Int)
    case boolean(Bool)
    case object([JSONMember])
    case array([JSONTree])
    /// A text that is known to be JSON.
    case verbatim(String)

    /// The value as a JSON text.
    var bytes: [UInt8] {
        var json = JSONWriter()
        write(to: &json)
        return json.bytes
    }

    func write(to json: inout JSONWriter) {
        switch self {
        case .string(let text): json.string(text)
        case .integer(let number): json.integer(number)
        case .boolean(let flag): json.boolean(flag)
        case .object(let members): json.object { json in for member in members { member.write(to: &json) } }
        case .array(let values): json.array { json in for value in values { value.write(to: &json) } }
        case .verbatim(let text): json.verbatim(Array(text.utf8))
        }
    }
}

/// A member of a JSON object.
struct JSONMember: Equatable, Sendable {
    let name: String
    let value: JSONTree

    init(_ name: String, _ value: JSONTree) {
        self.name = name
        self.value = value
    }

    func write(to json: inout JSONWriter) {
        json.name(name)
        value.write(to: &json)
    }
}

extension JSONTree: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    init(stringLiteral text: String) { self = .string(text) }
}

extension JSONTree: ExpressibleByIntegerLiteral {
    init(integerLiteral number: Int) { self = .integer(number) }
}

extension JSONTree: ExpressibleByBooleanLiteral {
    init(booleanLiteral flag: Bool) { self = .boolean(flag) }
}

extension JSONTree: ExpressibleByArrayLiteral {
    init(arrayLiteral values: JSONTree...) { self = .array(values) }
}

extension JSONTree: ExpressibleByDictionaryLiteral {
    /// An object whose members stand in the order in which they are written.
    init(dictionaryLiteral members: (String, JSONTree)...) {
        self = .object(members.map { JSONMember($0.0, $0.1) })
    }
}
