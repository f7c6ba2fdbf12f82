// Where logging and tracing of the process are set up.

import Foundation
import LeveeTracing
import Logging
import Tracing

extension Logger {
    /// Sets up the logging of the process, once: every logger writes lines to standard error, and what is traced goes there too.
    ///
    /// - Parameters:
    ///   - settings: What is logged, and how.
    ///   - level: The least level that is logged, instead of that of the settings.
    /// - Returns: The logger of the process.
    static func bootstrapped(_ settings: LogSettings, level: Logger.Level? = nil) -> Logger {
        let level = level ?? settings.level
        let isColored = StandardError.isColored(environment: ProcessInfo.processInfo.environment)
        LoggingSystem.bootstrap(
            { label, provider in
                LineLogHandler(
                    label: label,
                    level: level,
                    format: settings.format,
                    isColored: isColored,
                    metadataProvider: provider
                )
            },
            metadataProvider: .trace
        )
        let logger = Logger(label: "levee")
        InstrumentationSystem.bootstrap(LogTracer(logger: logger))
        return logger
    }
}
