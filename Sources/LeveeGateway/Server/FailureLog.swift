// Failures of the store that every request may meet: what would be a line for each is one in ten seconds.

import LeveeCore
import Logging
import Synchronization

/// Logs the first of a row of failures, and then one in ten seconds with the number of those between.
final class FailureLog: Sendable {
    private let message: Logger.Message
    private let pace = Mutex(LogPace())

    /// - Parameter message: What has failed.
    init(_ message: Logger.Message) {
        self.message = message
    }

    /// Notes a failure.
    func note(_ error: StoreError, _ metadata: Logger.Metadata = [:], in logger: Logger) {
        var metadata = metadata.merging(["error": "\(error)"]) { $1 }
        guard let held = pace.withLock({ $0.admit(at: .now) }) else {
            return logger.debug(message, metadata: metadata)
        }
        if held > 0 { metadata["more"] = "\(held)" }
        logger.error(message, metadata: metadata)
    }
}
