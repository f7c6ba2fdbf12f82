// The front end, put together.

import Logging

/// A front end as one process.
enum Serve {
    /// Runs a front end until the process is told to stop.
    static func run(_ configuration: Configuration, logger: Logger) async throws {
        throw CancellationError()
    }
}
