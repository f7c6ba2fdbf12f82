// Tests of regular expressions: what they match, what is refused, and that no text can make them slow.

import LeveeTestSupport
import Testing

@testable import LeveeCore

@Suite("Patterns")
struct PatternTests {
    private func matches(_ pattern: String, _ text: String) throws -> Bool? {
        var steps = 1_000_000
        return try Pattern(pattern).matches(text.unicodeScalars, steps: &steps)
    }

    /// A pattern, texts that it matches, texts that it does not.
    struct Example: Sendable, CustomTestStringConvertible {
        let pattern: String
        let yes: [String]
        let no: [String]
        var testDescription: String { pattern }

        init(_ pattern: String, yes: [String], no: [String]) {
            (self.pattern, self.yes, self.no) = (pattern, yes, no)
        }
    }

    private static let examples = [
        Example("", yes: ["", "x"], no: []),
        Example("b", yes: ["b", "abc"], no: ["", "a"]),
        Example("^ab$", yes: ["ab"], no: ["xab", "abx", "ab\n", "\nab"]),
        Example("^$", yes: [""], no: ["\n", "a"]),
        Example("^a*$", yes: ["", "a", "aaaa"], no: ["b", "ab"]),
        Example("^a+?b??$", yes: ["a", "aab"], no: ["", "b", "abb"]),
        Example("^(?:a|bc|)d$", yes: ["ad", "bcd", "d"], no: ["bd", "abcd"]),
        Example("^(?<year>[0-9]{4})-(\\d{2})$", yes: ["2026-11"], no: ["226-11", "2026-1", "2026-11-1"]),
        Example("^x{2,3}$", yes: ["xx", "xxx"], no: ["x", "xxxx"]),
        Example("^x{2,}$", yes: ["xx", "xxxxxxx"], no: ["x"]),
        Example("^x{0}$", yes: [""], no: ["x"]),
        Example("^(a{0,2}b){2}$", yes: ["bb", "aabab"], no: ["b", "aaabb"]),
        Example("^.$", yes: ["a", "é", "😀", "\u{301}"], no: ["", "\n", "\r", "\u{2028}", "ab", "e\u{301}"]),
        Example("^[a-c-]+$", yes: ["abc-"], no: ["d", ""]),
        Example("^[^a-c]$", yes: ["d", "\n"], no: ["a", "b"]),
        Example("^[\\]\\-\\\\^]+$", yes: ["]-\\^"], no: ["a"]),
        Example("^[]$", yes: [], no: ["", "a"]),
        Example("^[^]$", yes: ["a", "\n"], no: [""]),
        Example("^[\\D5]+$", yes: ["a5b"], no: ["4"]),
        Example("^\\d\\D\\w\\W\\s\\S$", yes: ["1a_- x", "0é0é\u{FEFF}0"], no: ["aaaaaa", "٣a_- x"]),
        Example("\\bcat\\b", yes: ["cat", "a cat.", "cat-flap"], no: ["cats", "bobcat", "_cat"]),
        Example("a\\Bb", yes: ["ab"], no: ["a b"]),
        Example("^\\t\\n\\v\\f\\r\\0\\cA$", yes: ["\t\n\u{B}\u{C}\r\0\u{1}"], no: [""]),
        Example("^\\x41\\u0042\\u{1F600}\\uD83D\\uDE00$", yes: ["AB😀😀"], no: ["AB😀"]),
        Example("^\\$\\.\\/\\(\\)\\{\\}\\|\\*$", yes: ["$./(){}|*"], no: ["$"]),
        Example("^\\p{L}+\\p{Nd}\\P{L}$", yes: ["Zoë1-", "日本9 "], no: ["1", "a1a"]),
        Example("^[\\p{Lu}_]{2}$", yes: ["A_", "ÄΩ"], no: ["ab"]),
        Example("(^a|b)$", yes: ["a", "xb"], no: ["xa"]),
        Example("^(a|ab)(c|bcd)(d*)$", yes: ["abcd", "ac", "abcddd"], no: ["abd"]),
        Example("^((a*)*b?)*$", yes: ["", "aab", "bbaa"], no: ["c", "aac"]),
    ]

    @Test("find what they describe and nothing else", arguments: examples)
    func outcome(example: Example) throws {
        for text in example.yes { #expect(try matches(example.pattern, text) == true, "\(text)") }
        for text in example.no { #expect(try matches(example.pattern, text) == false, "\(text)") }
    }

    @Test(
        "are refused with the reason",
        arguments: [
            ("(", "has a ( without a )"), (")", "has a ) without a ("), ("a(?=b)", "looks ahead or behind"),
            ("(?<!a)", "looks ahead or behind"), ("(?i:a)", "has a (? that is not supported"),
            ("(?<a b>c)", "has a malformed name"), ("*", "has a * with nothing before it"),
            ("a**", "has a * with nothing before it"), ("{", "has a lone {"), ("a]", "has a lone ]"),
            ("a{2", "has a { that is no {n}"), ("a{,2}", "has a { that is no {n}"),
            ("a{2,1}", "has a {2,1} out of order"),
            ("a{1001}", "counts beyond 1000"), ("^*", "repeats an assertion"), ("[a", "has a [ without a ]"),
            ("[b-a]", "has a range in [] that is out of order"), ("[a-\\d]", "has a range in []"),
            ("\\", "ends with a lone \\"), ("\\1", "refers back to a group"), ("\\k<a>", "refers back to a group"),
            ("\\a", "has a \\a, which means nothing"), ("\\-", "has a \\-, which means nothing"),
            ("\\u12", "has a \\x or \\u with too few"), ("\\xg0", "has a \\x or \\u with too few"),
            ("\\u{110000}", "has a \\u that is half of a surrogate pair or beyond"),
            ("\\uD800", "has a \\u that is half of a surrogate pair"),
            ("\\p{Greek}", "has a \\p without a general category"),
            ("\\pL", "has a \\p without a general category"), ("\\c1", "has a \\c without a letter"),
            ("(a{40}){40}", "is too large"), ("((a{1000}){1000}){1000}", "is too large"),
            (String(repeating: "(", count: 100_000), "has more than 32 groups within each other"),
        ]
    )
    func refusals(pattern: String, message: String) throws {
        let error = #expect(throws: PatternError.self) { try Pattern(pattern) }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test("repeat what takes nothing without taking time")
    func emptyLoops() throws {
        #expect(try matches("^(((){1000}){1000}){1000}a$", "a") == true)
        #expect(try matches("^(()*)*(()+)+a$", "a") == true)
    }

    @Test(
        "take no more steps for a text that would make others go back and try again",
        arguments: ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(.*)*x$", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$"]
    )
    func backtracking(pattern: String) throws {
        let text = String(repeating: "a", count: 10_000) + "!"
        var steps = 30 * text.unicodeScalars.count
        #expect(try Pattern(pattern).matches(text.unicodeScalars, steps: &steps) == false)
        #expect(steps > 0)
    }

    @Test("give up when their steps are used up")
    func steps() throws {
        let pattern = try Pattern("a.{900}b")
        var steps = 100_000
        #expect(pattern.matches(String(repeating: "a", count: 10_000).unicodeScalars, steps: &steps) == nil)
        #expect(steps <= 0 && steps > -PatternProgram.maxInstructions)
    }

    @Test("match what their definition says", arguments: 1...4 as ClosedRange<UInt64>)
    func definition(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            let text = pattern(depth: 4, &generator)
            let node = try PatternParser.parse(text)
            let pattern = try Pattern(text)
            for _ in 0..<10 {
                let scalars = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                    ["a", "b", " "].randomElement(using: &generator) ?? "a" as Unicode.Scalar
                }
                let expected = (0...scalars.count).contains { !node.ends(in: scalars, from: $0).isEmpty }
                var steps = 1_000_000
                #expect(pattern.matches(scalars, steps: &steps) == expected, "seed \(seed): \(text), \(scalars)")
            }
        }
    }

    private func pattern(depth: Int, _ generator: inout SeededGenerator) -> String {
        guard depth > 0 else { return ["a", "b", ".", "[^a]", "\\s"].randomElement(using: &generator) ?? "a" }
        func part() -> String { pattern(depth: depth - 1, &generator) }
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: return part() + "|" + part()
        case 1, 2: return part() + part()
        case 3: return "(" + part() + ")*"
        case 4: return "(?:" + part() + "){1,2}"
        case 5: return "(" + part() + ")?"
        case 6: return ["^", "$", "\\b", "\\B"].randomElement(using: &generator).map { $0 + part() } ?? ""
        default: return part()
        }
    }
}

extension PatternNode {
    /// Where a match can end that begins at a place: the definition, word for word, for short texts.
    fileprivate func ends(in text: [Unicode.Scalar], from start: Int) -> Set<Int> {
        switch self {
        case .set(let set):
            return start < text.count && set.contains(text[start]) ? [start + 1] : []
        case .assertion(let assertion):
            func isWord(_ index: Int) -> Bool { text.indices.contains(index) && ScalarSet.word.contains(text[index]) }
            let isEdge = isWord(start - 1) != isWord(start)
            let holds =
                switch assertion {
                case .start: start == 0
                case .end: start == text.count
                case .wordBoundary: isEdge
                case .noWordBoundary: !isEdge
                }
            return holds ? [start] : []
        case .sequence(let nodes):
            return nodes.reduce([start]) { starts, node in Set(starts.flatMap { node.ends(in: text, from: $0) }) }
        case .choice(let nodes):
            return Set(nodes.flatMap { $0.ends(in: text, from: start) })
        case .repetition(let node, let least, let most):
            var (current, all) = (Set([start]), Set<Int>())
            // More rounds than characters and the least that is asked for find nothing new.
            for count in 0...min(most ?? .max, least + text.count) {
                if count >= least { all.formUnion(current) }
                current = Set(current.flatMap { node.ends(in: text, from: $0) })
            }
            return all
        }
    }
}
