// How the text of a setting becomes its value: the same for the file, the environment and the command line.

import LeveeCore
import Logging

/// Reads the text of one kind of setting.
struct ValueFormat<Value: Sendable>: Sendable {
    /// What is allowed, in words that follow "write": `a whole number from 1 to 10`.
    let expectation: String
    /// Turns the text into the value.
    let read: @Sendable (_ text: String) throws(ValueComplaint) -> Value
}

/// Why a text is not the value of a setting, and what to write instead.
struct ValueComplaint: Error, Equatable {
    /// One line for people.
    var message: String
}

extension ValueFormat {
    /// A format whose complaint is always the same.
    init(expectation: String, parse: @escaping @Sendable (String) -> Value?) {
        self.init(expectation: expectation) { text throws(ValueComplaint) in
            guard let value = parse(text) else {
                throw ValueComplaint(message: "\(LineText.quoted(text)) is not allowed; write \(expectation)")
            }
            return value
        }
    }

    /// A format of ordered values of which only a range is allowed.
    private init(
        expectation: String,
        allowed: ClosedRange<Value>,
        hint: @escaping @Sendable (String) -> String? = { _ in nil },
        parse: @escaping @Sendable (String) -> Value?
    ) where Value: Comparable {
        self.init(expectation: expectation) { text throws(ValueComplaint) in
            guard let value = parse(text) else {
                let complaint = hint(text) ?? "is not allowed"
                throw ValueComplaint(message: "\(LineText.quoted(text)) \(complaint); write \(expectation)")
            }
            guard allowed.contains(value) else {
                throw ValueComplaint(message: "\(LineText.quoted(text)) is out of range; write \(expectation)")
            }
            return value
        }
    }
}

extension ValueFormat<Int> {
    /// A whole number in decimal digits.
    static func integer(_ allowed: ClosedRange<Int>) -> Self {
        ValueFormat(
            expectation: "a whole number from \(allowed.lowerBound) to \(allowed.upperBound)",
            allowed: allowed
        ) { text in
            text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") } ? Int(text) : nil
        }
    }

    /// A number of bytes.
    static func size(_ allowed: ClosedRange<Int>) -> Self {
        let (least, most) = (SizeText.text(allowed.lowerBound), SizeText.text(allowed.upperBound))
        return ValueFormat(
            expectation: "a size from \(least) to \(most), such as 4096, 64KiB or 10MB",
            allowed: allowed,
            parse: SizeText.parse
        )
    }
}

extension ValueFormat<Duration> {
    /// A length of time with its unit.
    static func duration(_ allowed: ClosedRange<Duration>) -> Self {
        let (least, most) = (DurationText.text(allowed.lowerBound), DurationText.text(allowed.upperBound))
        return ValueFormat(
            expectation: "a duration from \(least) to \(most), such as 500ms, 30s, 5m, 24h or 7d",
            allowed: allowed,
            hint: { Int64($0) == nil ? nil : "has no unit" },
            parse: DurationText.parse
        )
    }
}

extension ValueFormat<String> {
    /// Any text that is not empty and holds no NUL.
    static let text = ValueFormat(expectation: "a text that is not empty") { text in
        text.isEmpty || text.utf8.contains(0) ? nil : text
    }

    /// Any text without a NUL, which no program can be handed.
    static let argument = ValueFormat(expectation: "a text without NUL characters") { text in
        text.utf8.contains(0) ? nil : text
    }

    /// The name of a job type, a queue or a worker.
    static let name = ValueFormat(
        expectation: "1 to \(Name.maxLength) letters, digits, \"-\", \"_\" or \".\", the first a letter or digit"
    ) { Name.isValid($0) ? $0 : nil }

    /// One of a few words.
    static func oneOf(_ words: [String]) -> Self {
        let expectation = "one of \(words.joined(separator: ", "))"
        return ValueFormat(expectation: expectation) { text throws(ValueComplaint) in
            if words.contains(text) { return text }
            let hint = NearMiss.suggestion(for: text, among: words).map { "did you mean \($0)? " } ?? ""
            throw ValueComplaint(message: "\(LineText.quoted(text)) is not allowed; \(hint)write \(expectation)")
        }
    }
}

extension ValueFormat<Bool> {
    /// Yes or no.
    static let flag: Self = {
        let words = ValueFormat<String>.oneOf(["true", "false"])
        return ValueFormat(expectation: words.expectation) { text throws(ValueComplaint) in
            try words.read(text) == "true"
        }
    }()
}

extension ValueFormat<LogFormat> {
    /// What a line of the log looks like.
    static let logFormat: Self = {
        let words = ValueFormat<String>.oneOf(LogFormat.allCases.map(\.rawValue))
        return ValueFormat(expectation: words.expectation) { text throws(ValueComplaint) in
            LogFormat(rawValue: try words.read(text)) ?? .text
        }
    }()
}

extension ValueFormat<Logger.Level> {
    /// How much is logged.
    static let level: Self = {
        let words = ValueFormat<String>.oneOf(Logger.Level.allCases.map(\.rawValue))
        return ValueFormat(expectation: words.expectation) { text throws(ValueComplaint) in
            Logger.Level(rawValue: try words.read(text)) ?? .info
        }
    }()
}
