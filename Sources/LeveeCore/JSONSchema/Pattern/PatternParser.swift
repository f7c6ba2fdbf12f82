// Reads regular expressions: those of ECMA-262 with the flag `u`, as far as they can be matched in linear time.

/// Takes one pattern apart.
///
/// All of ECMA-262 section 22.2.1 but look-around, back references, modifiers, and properties of characters other than
/// the general category. Lazy quantifiers are the same as others where nobody asks what was matched.
struct PatternParser {
    /// How many groups may lie within each other.
    private static let maxDepth = 32
    /// The most repetitions that a quantifier may count.
    private static let maxCount = 1_000

    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var depth = 0

    private init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    /// The tree of a pattern.
    ///
    /// - Parameter text: The pattern, without slashes round it.
    /// - Returns: What has to be found somewhere in a text.
    /// - Throws: ``PatternError`` for the first thing that is wrong.
    static func parse(_ text: String) throws(PatternError) -> PatternNode {
        var parser = PatternParser(text)
        let node = try parser.choice()
        guard parser.index == parser.scalars.count else { throw PatternError(message: "has a ) without a (") }
        return node
    }

    private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        index += 1
        return true
    }

    private mutating func take(_ text: String) -> Bool {
        guard scalars[index...].starts(with: text.unicodeScalars) else { return false }
        index += text.unicodeScalars.count
        return true
    }

    private mutating func choice() throws(PatternError) -> PatternNode {
        var branches = [try sequence()]
        while take("|" as Unicode.Scalar) { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            let node = try atom()
            nodes.append(try quantified(node))
        }
        return .sequence(nodes)
    }

    private mutating func atom() throws(PatternError) -> PatternNode {
        let scalar = scalars[index]
        index += 1
        switch scalar {
        case "^": return .assertion(.start)
        case "$": return .assertion(.end)
        case ".": return .set(.anyInLine)
        case "(": return try group()
        case "[": return .set(try characterClass())
        case "\\": return try escape()
        case "*", "+", "?": throw PatternError(message: "has a \(scalar) with nothing before it to repeat")
        case "{", "}", "]": throw PatternError(message: "has a lone \(scalar); write \\\(scalar) for the character")
        default: return .set(ScalarSet(scalar))
        }
    }

    private mutating func group() throws(PatternError) -> PatternNode {
        if take("?" as Unicode.Scalar) {
            if take("=" as Unicode.Scalar) || take("!" as Unicode.Scalar) || take("<=") || take("<!") {
                throw PatternError(message: "looks ahead or behind, which is not supported")
            }
            if take("<" as Unicode.Scalar) {
                while let scalar = next, scalar != ">" {
                    guard ScalarSet.word.contains(scalar) || scalar == "$" else { break }
                    index += 1
                }
                guard take(">" as Unicode.Scalar) else {
                    throw PatternError(message: "has a malformed name of a group")
                }
            } else if !take(":" as Unicode.Scalar) {
                throw PatternError(message: "has a (? that is not supported")
            }
        }
        guard depth < Self.maxDepth else {
            throw PatternError(message: "has more than \(Self.maxDepth) groups within each other")
        }
        depth += 1
        let node = try choice()
        depth -= 1
        guard take(")" as Unicode.Scalar) else { throw PatternError(message: "has a ( without a )") }
        return node
    }

    // MARK: Quantifiers

    private mutating func quantified(_ node: PatternNode) throws(PatternError) -> PatternNode {
        let bounds: (least: Int, most: Int?)
        switch next {
        case "*": bounds = (0, nil)
        case "+": bounds = (1, nil)
        case "?": bounds = (0, 1)
        case "{":
            index += 1
            bounds = try counts()
        default: return node
        }
        index += 1
        if case .assertion = node { throw PatternError(message: "repeats an assertion") }
        _ = take("?" as Unicode.Scalar)
        return .repetition(node, least: bounds.least, most: bounds.most)
    }

    /// `n}`, `n,}` or `n,m}`, up to the closing brace.
    private mutating func counts() throws(PatternError) -> (least: Int, most: Int?) {
        let malformed = PatternError(message: "has a { that is no {n}, {n,} or {n,m}; write \\{ for the character")
        guard let least = try count() else { throw malformed }
        var most: Int? = least
        if take("," as Unicode.Scalar) { most = try count() }
        guard next == "}" else { throw malformed }
        if let most, most < least { throw PatternError(message: "has a {\(least),\(most)} out of order") }
        return (least, most)
    }

    private mutating func count() throws(PatternError) -> Int? {
        var value: Int?
        while let scalar = next, ScalarSet.digits.contains(scalar) {
            value = (value ?? 0) * 10 + Int(scalar.value - 0x30)
            index += 1
            guard let value, value <= Self.maxCount else {
                throw PatternError(message: "counts beyond \(Self.maxCount); use minLength and maxLength")
            }
        }
        return value
    }

    // MARK: Escapes

    private mutating func escape() throws(PatternError) -> PatternNode {
        if take("b" as Unicode.Scalar) { return .assertion(.wordBoundary) }
        if take("B" as Unicode.Scalar) { return .assertion(.noWordBoundary) }
        if let set = try setEscape() { return .set(set) }
        return .set(ScalarSet(try scalarEscape(isInClass: false)))
    }

    /// What follows a backslash and stands for many characters.
    private mutating func setEscape() throws(PatternError) -> ScalarSet? {
        guard let scalar = next else { return nil }
        let set: ScalarSet
        switch scalar {
        case "d": set = .digits
        case "D": set = .digits.inverted
        case "w": set = .word
        case "W": set = .word.inverted
        case "s": set = .space
        case "S": set = .space.inverted
        case "p", "P":
            index += 1
            guard take("{" as Unicode.Scalar), let end = scalars[index...].firstIndex(of: "}"),
                let named = ScalarSet(category: String(String.UnicodeScalarView(scalars[index..<end])))
            else {
                throw PatternError(message: "has a \\\(scalar) without a general category, such as \\p{L} or \\p{Nd}")
            }
            index = end
            set = scalar == "P" ? named.inverted : named
        default: return nil
        }
        index += 1
        return set
    }

    /// What follows a backslash and stands for one character.
    private mutating func scalarEscape(isInClass: Bool) throws(PatternError) -> Unicode.Scalar {
        guard let scalar = next else { throw PatternError(message: "ends with a lone \\") }
        index += 1
        switch scalar {
        case "t": return "\t"
        case "n": return "\n"
        case "v": return "\u{0B}"
        case "f": return "\u{0C}"
        case "r": return "\r"
        case "b" where isInClass: return "\u{08}"
        case "0" where !(next.map(ScalarSet.digits.contains) ?? false): return "\0"
        case "0"..."9", "k": throw PatternError(message: "refers back to a group, which is not supported")
        case "c":
            guard let letter = next, ScalarSet(0x41...0x5A, 0x61...0x7A).contains(letter) else {
                throw PatternError(message: "has a \\c without a letter")
            }
            index += 1
            return Unicode.Scalar(UInt8(letter.value % 32))
        case "x": return try character(hexDigits(2))
        case "u": return try unicodeEscape()
        case "^", "$", "\\", ".", "*", "+", "?", "(", ")", "[", "]", "{", "}", "|", "/": return scalar
        case "-" where isInClass: return scalar
        default: throw PatternError(message: "has a \\\(scalar), which means nothing")
        }
    }

    /// `XXXX`, two of them for a surrogate pair, or `{X...}`.
    private mutating func unicodeEscape() throws(PatternError) -> Unicode.Scalar {
        if take("{" as Unicode.Scalar) {
            let length = scalars[index...].prefix { $0 != "}" }.count
            let scalar = try character(hexDigits((1...6).contains(length) ? length : 7))
            index += 1
            return scalar
        }
        let unit = try hexDigits(4)
        guard (0xD800...0xDBFF).contains(unit), take("\\u") else { return try character(unit) }
        let trail = try hexDigits(4)
        guard (0xDC00...0xDFFF).contains(trail) else { return try character(unit) }
        return try character(0x10000 + (unit - 0xD800) << 10 + (trail - 0xDC00))
    }

    private mutating func hexDigits(_ count: Int) throws(PatternError) -> UInt32 {
        let digits = scalars[index...].prefix(count)
        let text = String(String.UnicodeScalarView(digits))
        guard digits.count == count, digits.allSatisfy(\.properties.isASCIIHexDigit),
            let value = UInt32(text, radix: 16)
        else { throw PatternError(message: "has a \\x or \\u with too few or wrong digits") }
        index += count
        return value
    }

    private func character(_ value: UInt32) throws(PatternError) -> Unicode.Scalar {
        guard let scalar = Unicode.Scalar(value) else {
            throw PatternError(message: "has a \\u that is half of a surrogate pair or beyond \\u{10FFFF}")
        }
        return scalar
    }

    // MARK: Classes

    private mutating func characterClass() throws(PatternError) -> ScalarSet {
        let isInverted = take("^" as Unicode.Scalar)
        var set = ScalarSet()
        while !take("]" as Unicode.Scalar) {
            guard let first = try classMember(addingTo: &set) else { continue }
            guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
                set.insert(first.value...first.value)
                continue
            }
            index += 1
            guard let last = try classMember(addingTo: &set), last >= first else {
                throw PatternError(message: "has a range in [] that is out of order or ends with a class")
            }
            set.insert(first.value...last.value)
        }
        return isInverted ? set.inverted : set
    }

    /// One character of a class; a set of them goes straight into the class.
    private mutating func classMember(addingTo set: inout ScalarSet) throws(PatternError) -> Unicode.Scalar? {
        guard let scalar = next else { throw PatternError(message: "has a [ without a ]") }
        index += 1
        guard scalar == "\\" else { return scalar }
        if let subset = try setEscape() {
            set.insert(subset)
            return nil
        }
        return try scalarEscape(isInClass: true)
    }
}
