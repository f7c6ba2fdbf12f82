// A regular expression that is matched in linear time, whatever the text: no backtracking.

/// A compiled pattern.
///
/// It becomes a nondeterministic automaton whose states are followed all at once (K. Thompson, "Regular Expression Search
/// Algorithm", 1968). Engines that go back and try again can be brought to take exponential time by a text of a few dozen
/// characters, and these texts come from strangers.
struct Pattern: Sendable {
    /// The pattern as it was written.
    let source: String
    private let program: PatternProgram

    /// Compiles a pattern of ECMA-262; see ``PatternParser``.
    ///
    /// - Parameter source: The pattern; it is found anywhere in a text unless `^` and `$` hold it fast.
    /// - Throws: ``PatternError`` if it is malformed, not supported, or too large.
    init(_ source: String) throws(PatternError) {
        self.source = source
        program = try PatternProgram(PatternParser.parse(source))
    }

    /// Whether the pattern is found in a text.
    ///
    /// - Parameters:
    ///   - text: Any text.
    ///   - steps: How many steps may be taken; each character takes ``PatternProgram/maxInstructions`` at most. Those that
    ///     were taken are subtracted.
    /// - Returns: The answer, or `nil` if the steps were used up before.
    func matches(_ text: some Sequence<Unicode.Scalar>, steps: inout Int) -> Bool? {
        var run = PatternRun(program)
        var previous: Unicode.Scalar?
        for scalar in text {
            if run.arrive(between: previous, scalar) { return true }
            run.take(scalar)
            if run.isLost { return false }
            steps -= run.stepsToHere
            if steps <= 0 { return nil }
            previous = scalar
        }
        return run.arrive(between: previous, nil)
    }
}

/// The states of an automaton on its way through one text.
private struct PatternRun {
    private let program: PatternProgram
    /// Where the automaton goes on after the last character.
    private var pending: [Int] = []
    /// The instructions that wait for the next character.
    private var waiting: [Int] = []
    /// The place at which each instruction was followed last.
    private var visits: [Int]
    private var place = 0
    private var stack: [Int] = []
    /// How many instructions were followed since the last character.
    private(set) var stepsToHere = 0

    init(_ program: PatternProgram) {
        self.program = program
        visits = Array(repeating: 0, count: program.instructions.count)
    }

    /// Whether no character to come can lead to a match.
    var isLost: Bool { pending.isEmpty && program.isAnchored }

    /// Follows every state to the next character; a match may begin here too.
    ///
    /// - Returns: Whether the pattern has been found.
    mutating func arrive(between previous: Unicode.Scalar?, _ next: Unicode.Scalar?) -> Bool {
        place += 1
        stepsToHere = 0
        waiting.removeAll(keepingCapacity: true)
        stack.append(0)
        stack += pending
        while let index = stack.popLast() {
            guard visits[index] != place else { continue }
            visits[index] = place
            stepsToHere += 1
            switch program.instructions[index] {
            case .take: waiting.append(index)
            case .check(let assertion):
                if assertion.holds(between: previous, next) { stack.append(index + 1) }
            case .fork(let target):
                stack.append(target)
                stack.append(index + 1)
            case .jump(let target): stack.append(target)
            case .accept: return true
            }
        }
        return false
    }

    mutating func take(_ scalar: Unicode.Scalar) {
        pending.removeAll(keepingCapacity: true)
        for index in waiting {
            guard case .take(let set) = program.instructions[index], program.set(set, contains: scalar) else {
                continue
            }
            pending.append(index + 1)
        }
    }
}

extension PatternNode.Assertion {
    /// Whether the assertion holds at a place; there is nothing before the start and after the end.
    fileprivate func holds(between previous: Unicode.Scalar?, _ next: Unicode.Scalar?) -> Bool {
        switch self {
        case .start: previous == nil
        case .end: next == nil
        case .wordBoundary: Self.isWord(previous) != Self.isWord(next)
        case .noWordBoundary: Self.isWord(previous) == Self.isWord(next)
        }
    }

    private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        scalar.map(ScalarSet.word.contains) ?? false
    }
}
