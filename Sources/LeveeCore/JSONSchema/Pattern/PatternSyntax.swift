// Regular expressions as a tree, before they become a program.

/// A part of a regular expression.
indirect enum PatternNode: Sendable, Equatable {
    case set(ScalarSet)
    case assertion(Assertion)
    case sequence([PatternNode])
    case choice([PatternNode])
    /// `nil` for as often as one likes.
    case repetition(PatternNode, least: Int, most: Int?)

    /// What has to hold at a place, without taking a character.
    enum Assertion: Sendable {
        case start, end, wordBoundary, noWordBoundary
    }
}

/// Why a text is no regular expression, or none that is supported.
struct PatternError: Error, Equatable {
    /// What is wrong, in words that follow the pattern.
    let message: String
}
