// The worker, put together.

import Logging

/// A worker as one process.
enum Work {
    /// Runs a worker until the process is told to stop.
    static func run(_ configuration: Configuration, logger: Logger) async throws {
        throw CancellationError()
    }
}
