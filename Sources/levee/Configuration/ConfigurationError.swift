// What is wrong with a configuration, all of it at once, one line for each.

/// A configuration that cannot be used.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// Everything that is wrong, in the order of the file, then environment and flags; never empty.
    var problems: [ConfigurationProblem]

    /// The most problems that are shown; the rest is counted.
    private static let shown = 100

    /// One line for each problem.
    var description: String {
        let lines = problems.prefix(Self.shown).map(\.description)
        let more = problems.count > Self.shown ? ["... and \(problems.count - Self.shown) more"] : []
        return (lines + more).joined(separator: "\n")
    }
}

extension ConfigurationError {
    /// One thing that is wrong with the whole.
    init(at place: ConfigurationProblem.Place, _ message: String) {
        self.init(problems: [ConfigurationProblem(place: place, path: .root, message: message)])
    }
}

/// One thing that is wrong with a configuration.
struct ConfigurationProblem: Error, Sendable, Equatable {
    /// Where it was found.
    var place: Place
    /// The setting that it concerns; the root if it concerns the whole.
    var path: SettingPath
    /// What is wrong and what is allowed.
    var message: String

    /// Where something wrong was found.
    enum Place: Sendable, Equatable {
        /// A file as a whole.
        case file(String)
        /// A character in a file.
        case position(file: String, YAMLMark)
        /// An environment variable.
        case variable(String)
        /// An option of the command line.
        case flag(String)
    }
}

extension ConfigurationProblem: CustomStringConvertible {
    /// `file:line:column: key.path: message`, on one line.
    var description: String {
        switch place {
        case .file(let file): "\(LineText.escaped(file)): \(message)"
        case .variable(let name), .flag(let name): "\(name): \(message)"
        case .position(let file, let mark):
            "\(LineText.escaped(file)):\(mark.line):\(mark.column): "
                + (path == .root ? message : "\(path): \(message)")
        }
    }
}
