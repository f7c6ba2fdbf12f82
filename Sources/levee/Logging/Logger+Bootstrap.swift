// Where the logging of the process is set up.

import Logging

extension Logger {
    /// Sets up the logging of the process, once: every logger writes lines to standard error.
    ///
    /// - Parameter level: The least level that is logged.
    /// - Returns: The logger of the process.
    static func bootstrapped(level: Logger.Level) -> Logger {
        LoggingSystem.bootstrap { _ in LineLogHandler(level: level) }
        return Logger(label: "levee")
    }
}
