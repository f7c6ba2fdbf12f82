// Random schemas with values that are made to fit them, and then broken at one place.

import LeveeTestSupport
import Testing

@testable import LeveeCore

@Suite("Random JSON schemas")
struct JSONSchemaFuzzTests {
    @Test("take what was made for them, and find the one place that was not", arguments: 1...6 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var maker = SchemaMaker(seed: seed)
        for round in 0..<300 {
            let made = maker.made(depth: 4)
            let comment: Comment = "seed \(seed), round \(round): \(made.schema)"
            let schema = try JSONSchemaTests.schema(made.schema)
            let whole = try JSONDocument(Array(made.value.utf8))
            #expect(schema.violations(of: whole) == [], "\(comment), \(made.value)")
            for broken in made.broken {
                let document = try JSONDocument(Array(broken.value.utf8))
                #expect(
                    schema.violations(of: document).map(\.pointer) == [broken.pointer],
                    "\(comment), \(broken.value)"
                )
            }
        }
    }

    @Test("bear any schema", arguments: 1...3 as ClosedRange<UInt64>)
    func anySchema(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let keywords = JSONSchema.keywords + ["foo"]
        func value(_ depth: Int) -> String {
            switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &generator) {
            case 0: return "\(Int.random(in: -2...3, using: &generator))"
            case 1: return "\"string\""
            case 2: return "\"^a\""
            case 3: return ["true", "false", "null"].randomElement(using: &generator) ?? "null"
            case 4: return "[]"
            case 5: return "0.5"
            case 6: return "[\(value(depth - 1)),\(value(depth - 1))]"
            default:
                let names = keywords.shuffled(using: &generator).prefix(3)
                return "{" + names.map { "\"\($0)\":\(value(depth - 1))" }.joined(separator: ",") + "}"
            }
        }
        var valid = 0
        for _ in 0..<2_000 {
            let text = value(3)
            let document = try JSONDocument(Array(text.utf8))
            do throws(InvalidJSONSchema) {
                let schema = try JSONSchema(document)
                valid += 1
                _ = schema.violations(of: document)
            } catch {
                #expect(!error.problems.isEmpty)
                #expect(error.problems.allSatisfy { (0..<text.utf8.count).contains($0.offset) })
            }
        }
        #expect(valid > 10)
    }
}

/// Makes schemas together with values.
private struct SchemaMaker {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    struct Made {
        var schema: String
        /// A value that fits.
        var value: String
        /// Values that do not fit at one place.
        var broken: [(value: String, pointer: String)]
    }

    mutating func made(depth: Int) -> Made {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 4), using: &generator) {
        case 0: return number()
        case 1: return string()
        case 2: return choice()
        case 3: return Made(schema: #"{"type":"boolean"}"#, value: "true", broken: [("0", ""), ("null", "")])
        case 4: return array(depth: depth)
        default: return object(depth: depth)
        }
    }

    private mutating func number() -> Made {
        let least = Int.random(in: -1_000...1_000, using: &generator)
        let step = Int.random(in: 1...9, using: &generator)
        let value = (least + 50) / step * step
        let schema =
            "{\"type\":\"integer\",\"minimum\":\(least),\"exclusiveMaximum\":\(least + 100),\"multipleOf\":\(step)}"
        let below = (least - 10) / step * step - step
        return Made(
            schema: schema,
            value: Bool.random(using: &generator) ? "\(value)" : "\(value).0",
            broken: [("\(below)", ""), ("\"\(value)\"", ""), ("null", "")]
        )
    }

    private mutating func string() -> Made {
        let count = Int.random(in: 1...6, using: &generator)
        let text = String(repeating: ["a", "é", "😀", "\\u0062"].randomElement(using: &generator) ?? "a", count: count)
        return Made(
            schema: "{\"type\":\"string\",\"maxLength\":\(count),\"pattern\":\"^[^ 0-9]+$\"}",
            value: "\"\(text)\"",
            broken: [("\"\(text)a\"", ""), ("\"\"", ""), ("[]", "")]
        )
    }

    private mutating func choice() -> Made {
        let all = ["1", "\"1\"", "null", "[1]", "{\"a\":1}", "false"].shuffled(using: &generator)
        let allowed = all.prefix(3)
        return Made(
            schema: "{\"enum\":[\(allowed.joined(separator: ","))]}",
            value: allowed[0],
            broken: all.dropFirst(3).map { ($0, "") }
        )
    }

    private mutating func array(depth: Int) -> Made {
        let item = made(depth: depth - 1)
        let count = Int.random(in: 1...4, using: &generator)
        let place = Int.random(in: 0..<count, using: &generator)
        func list(_ items: [String]) -> String { "[\(items.joined(separator: " , "))]" }
        let items = Array(repeating: item.value, count: count)
        let broken = item.broken.map { broken in
            var items = items
            items[place] = broken.value
            return (value: list(items), pointer: "/\(place)" + broken.pointer)
        }
        return Made(
            schema: "{\"type\":\"array\",\"minItems\":1,\"maxItems\":\(count),\"items\":\(item.schema)}",
            value: list(items),
            broken: broken + [("[]", ""), (list(items + [item.value]), ""), ("{}", "")]
        )
    }

    private mutating func object(depth: Int) -> Made {
        let names = ["a", "b/c", "d~e", "", "ü"].shuffled(using: &generator).prefix(
            Int.random(in: 1...3, using: &generator)
        )
        let members = names.map { (name: $0, made: made(depth: depth - 1)) }
        func object(_ members: [(name: String, value: String)]) -> String {
            "{" + members.map { "\"\($0.name)\":\($0.value)" }.joined(separator: ",") + "}"
        }
        let values = members.map { (name: $0.name, value: $0.made.value) }
        var broken: [(value: String, pointer: String)] = [
            (object(Array(values.dropFirst())), ""), (object(values + [("more", "1")]), "/more"), ("1", ""),
        ]
        for (index, member) in members.enumerated() {
            let token = member.name.replacing("~", with: "~0").replacing("/", with: "~1")
            for part in member.made.broken {
                var values = values
                values[index].value = part.value
                broken.append((object(values.shuffled(using: &generator)), "/\(token)" + part.pointer))
            }
        }
        let required = names.map { "\"\($0)\"" }.joined(separator: ",")
        let properties = object(members.map { ($0.name, $0.made.schema) })
        return Made(
            schema: "{\"type\":\"object\",\"required\":[\(required)],\"properties\":\(properties),"
                + "\"additionalProperties\":false}",
            value: object(values.shuffled(using: &generator)),
            broken: broken
        )
    }
}
