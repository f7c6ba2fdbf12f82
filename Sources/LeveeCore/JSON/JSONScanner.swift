// The automaton under JSONSyntax and JSONDocument: walks over bytes once and stops at the first wrong one.

/// Takes one text apart, piece by piece. After a failure ``index`` is the offset of the wrong byte.
struct JSONScanner {
    private let bytes: [UInt8]
    private(set) var index = 0
    /// One bit for each open bracket, the innermost lowest: set for an object. `JSONSyntax.maxDepth` bits are in use.
    private var kinds: UInt64 = 0
    private var depth = 0
    private var expected = Expectation.value

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// A piece of a text; ``index`` stands behind it, and strings are as they were written, quotes included.
    enum Piece {
        case openObject
        case openArray
        /// The end of the innermost object or array.
        case close
        /// The name of a member, whose value comes next; its colon is behind it too.
        case name(Range<Int>)
        case string(Range<Int>)
        case number(Range<Int>)
        case literal(Range<Int>)
        /// The text is at its end, and is JSON.
        case end
        case failure(JSONSyntaxError.Reason)
    }

    private enum Expectation {
        case value
        /// The first element of an array, or its end.
        case elementOrEnd
        /// The first name of an object, or its end.
        case nameOrEnd
        case name
        case commaOrEnd
    }

    /// Whether the rest of the bytes completes one JSON text: `nil`, or what is wrong at ``index``.
    mutating func scan() -> JSONSyntaxError.Reason? {
        while true {
            switch next() {
            case .end: return nil
            case .failure(let reason): return reason
            default: continue
            }
        }
    }

    /// The next piece of the text; nothing comes after its end or a failure.
    mutating func next() -> Piece {
        if index == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return .failure(.byteOrderMark) }
        while true {
            skipWhitespace()
            if depth == 0, expected == .commaOrEnd { return index == bytes.count ? .end : .failure(.trailingBytes) }
            guard let byte = peek() else { return .failure(.unexpectedEnd) }
            switch expected {
            case .elementOrEnd where byte == UInt8(ascii: "]"), .nameOrEnd where byte == UInt8(ascii: "}"):
                close()
                return .close
            case .value, .elementOrEnd:
                return scanValue(byte)
            case .name, .nameOrEnd:
                return scanName(byte)
            case .commaOrEnd:
                let isObject = kinds & 1 == 1
                if byte == UInt8(ascii: ",") {
                    index += 1
                    expected = isObject ? .name : .value
                } else if byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                    close()
                    return .close
                } else {
                    return .failure(.expectedCommaOrEnd)
                }
            }
        }
    }

    private func peek() -> UInt8? {
        index < bytes.count ? bytes[index] : nil
    }

    private mutating func skipWhitespace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func open(isObject: Bool) {
        index += 1
        depth += 1
        kinds = kinds << 1 | (isObject ? 1 : 0)
        expected = isObject ? .nameOrEnd : .elementOrEnd
    }

    private mutating func close() {
        index += 1
        depth -= 1
        kinds >>= 1
        expected = .commaOrEnd
    }

    private mutating func scanValue(_ first: UInt8) -> Piece {
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            guard depth < JSONSyntax.maxDepth else { return .failure(.tooDeep) }
            open(isObject: first == UInt8(ascii: "{"))
            return first == UInt8(ascii: "{") ? .openObject : .openArray
        }
        expected = .commaOrEnd
        let start = index
        switch first {
        case UInt8(ascii: "\""):
            if let reason = scanString() { return .failure(reason) }
            return .string(start..<index)
        case UInt8(ascii: "-"), 0x30...0x39:
            if let reason = scanNumber() { return .failure(reason) }
            return .number(start..<index)
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            if let reason = scanLiteral(first) { return .failure(reason) }
            return .literal(start..<index)
        default: return .failure(.expectedValue)
        }
    }

    private mutating func scanName(_ first: UInt8) -> Piece {
        guard first == UInt8(ascii: "\"") else { return .failure(.expectedName) }
        let start = index
        if let reason = scanString() { return .failure(reason) }
        let name = start..<index
        skipWhitespace()
        guard let colon = peek() else { return .failure(.unexpectedEnd) }
        guard colon == UInt8(ascii: ":") else { return .failure(.expectedColon) }
        index += 1
        expected = .value
        return .name(name)
    }

    private mutating func scanLiteral(_ first: UInt8) -> JSONSyntaxError.Reason? {
        switch first {
        case UInt8(ascii: "t"): scanLiteral("true")
        case UInt8(ascii: "f"): scanLiteral("false")
        default: scanLiteral("null")
        }
    }

    private mutating func scanLiteral(_ literal: StaticString) -> JSONSyntaxError.Reason? {
        for offset in 0..<literal.utf8CodeUnitCount {
            guard let byte = peek() else { return .unexpectedEnd }
            guard byte == literal.utf8Start[offset] else { return .badLiteral }
            index += 1
        }
        return nil
    }

    private mutating func scanNumber() -> JSONSyntaxError.Reason? {
        if peek() == UInt8(ascii: "-") { index += 1 }
        if peek() == UInt8(ascii: "0") {
            index += 1
            if let byte = peek(), (0x30...0x39).contains(byte) { return .badNumber }
        } else if let reason = scanDigits() {
            return reason
        }
        if peek() == UInt8(ascii: ".") {
            index += 1
            if let reason = scanDigits() { return reason }
        }
        if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
            index += 1
            if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { index += 1 }
            if let reason = scanDigits() { return reason }
        }
        return nil
    }

    /// At least one digit.
    private mutating func scanDigits() -> JSONSyntaxError.Reason? {
        guard let first = peek() else { return .unexpectedEnd }
        guard (0x30...0x39).contains(first) else { return .badNumber }
        while let byte = peek(), (0x30...0x39).contains(byte) { index += 1 }
        return nil
    }

    private mutating func scanString() -> JSONSyntaxError.Reason? {
        index += 1
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return nil
            case UInt8(ascii: "\\"):
                if let reason = scanEscape() { return reason }
            case 0..<0x20: return .controlCharacter
            case 0x20..<0x80: index += 1
            default:
                if let reason = scanMultibyte(byte) { return reason }
            }
        }
        return .unexpectedEnd
    }

    private mutating func scanEscape() -> JSONSyntaxError.Reason? {
        let start = index
        index += 1
        guard let byte = peek() else { return .unexpectedEnd }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index += 1
            return nil
        case UInt8(ascii: "u"):
            index += 1
        default:
            return .badEscape
        }
        switch scanHex() {
        case .failure(let reason): return reason
        case .success(0xDC00...0xDFFF):
            index = start
            return .loneSurrogate
        case .success(0xD800...0xDBFF):
            for expected in [UInt8(ascii: "\\"), UInt8(ascii: "u")] {
                guard let byte = peek() else { return .unexpectedEnd }
                guard byte == expected else {
                    index = start
                    return .loneSurrogate
                }
                index += 1
            }
            switch scanHex() {
            case .failure(let reason): return reason
            case .success(0xDC00...0xDFFF): return nil
            case .success:
                index = start
                return .loneSurrogate
            }
        case .success: return nil
        }
    }

    private enum Hex {
        case success(UInt16)
        case failure(JSONSyntaxError.Reason)
    }

    private mutating func scanHex() -> Hex {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek() else { return .failure(.unexpectedEnd) }
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x41 + 10
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: return .failure(.badEscape)
            }
            value = value << 4 | UInt16(digit)
            index += 1
        }
        return .success(value)
    }

    /// One character of two to four bytes, by the table of well-formed sequences (Unicode, table 3-7).
    private mutating func scanMultibyte(_ lead: UInt8) -> JSONSyntaxError.Reason? {
        let second: ClosedRange<UInt8>
        let following: Int
        switch lead {
        case 0xC2...0xDF: (second, following) = (0x80...0xBF, 1)
        case 0xE0: (second, following) = (0xA0...0xBF, 2)
        case 0xED: (second, following) = (0x80...0x9F, 2)
        case 0xE1...0xEF: (second, following) = (0x80...0xBF, 2)
        case 0xF0: (second, following) = (0x90...0xBF, 3)
        case 0xF1...0xF3: (second, following) = (0x80...0xBF, 3)
        case 0xF4: (second, following) = (0x80...0x8F, 3)
        default: return .invalidUTF8
        }
        for position in 1...following {
            guard index + position < bytes.count else {
                index = bytes.count
                return .unexpectedEnd
            }
            let allowed = position == 1 ? second : 0x80...0xBF
            guard allowed.contains(bytes[index + position]) else { return .invalidUTF8 }
        }
        index += following + 1
        return nil
    }
}
