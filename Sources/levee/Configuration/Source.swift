// Where the value of a setting came from.

/// Where a value that is not the default was given.
enum Source: Sendable, Equatable {
    /// In the file; the mark is that of the value, or of its key where the value is a section.
    case file(YAMLMark)
    /// In an environment variable.
    case variable(String)
    /// In an option of the command line.
    case flag(String)
}

/// A position in a file.
struct YAMLMark: Sendable, Hashable, Comparable {
    /// The number of the line, from 1.
    var line: Int
    /// The number of the character in the line, from 1.
    var column: Int

    static func < (left: YAMLMark, right: YAMLMark) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
