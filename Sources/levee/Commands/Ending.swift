// How the process ends when a command throws: what it prints and with which status.

import ArgumentParser

/// The last words of a process and its exit status.
struct Ending: Equatable {
    /// 0 for help and version, 2 for a wrong command line or configuration or a port that is taken, 1 for everything else.
    var status: Int32
    /// What goes to standard output for status 0, else to standard error.
    var text: String

    /// Works out the end of a command line that threw.
    ///
    /// - Parameters:
    ///   - error: What was thrown.
    ///   - arguments: The command line without the name of the program.
    init(_ error: any Error, arguments: [String]) {
        if let error = error as? ConfigurationError {
            self.init(status: 2, text: error.description)
            return
        }
        if let error = error as? StartFailure {
            self.init(status: error.isLasting ? 2 : 1, text: "levee: \(LineText.escaped(error.description))")
            return
        }
        if let error = error as? ClientFailure {
            self.init(status: error.kind.rawValue, text: "levee: \(LineText.escaped(error.description))")
            return
        }
        let message = LeveeCommand.message(for: error)
        switch LeveeCommand.exitCode(for: error) {
        case .success:
            self.init(status: 0, text: LeveeCommand.fullMessage(for: error))
        case .validationFailure:
            let names = LeveeCommand.configuration.subcommands.map { $0.configuration.commandName }
            let command = arguments.first.flatMap { names.contains($0) ? "levee \($0)" : nil } ?? "levee"
            let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
            self.init(status: 2, text: "levee: \(LineText.escaped(line)) (see \(command) --help)")
        default:
            // An exit status alone has been explained already.
            self.init(status: 1, text: message.isEmpty ? "" : "levee: \(LineText.escaped(message))")
        }
    }

    private init(status: Int32, text: String) {
        self.status = status
        self.text = text
    }
}
