// Says what the end of a front end waits for.

import LeveeCore
import Logging
import ServiceLifecycle

/// Beside a service that is to end: says now and then that requests under way are waited for.
enum DrainWatch {
    private static let interval = Duration.seconds(3)

    /// Runs `body`; from a graceful shutdown on until it ends, says every few seconds how much longer it may take.
    static func watching(_ grace: Duration, logger: Logger, _ body: @Sendable () async throws -> Void) async throws {
        let order = Signal.latch()
        try await withThrowingTaskGroup { group in
            group.addTask {
                await order.wait()
                await tell(grace, logger: logger)
            }
            try await withGracefulShutdownHandler(operation: body) { order.ring() }
            group.cancelAll()
        }
    }

    private static func tell(_ grace: Duration, logger: Logger) async {
        let end = ContinuousClock.now + grace
        while (try? await Task.sleep(for: interval)) != nil, ContinuousClock.now < end {
            let left = (end - .now).components.seconds
            logger.info("draining: requests under way are answered", metadata: ["left": "\(left) s"])
        }
    }
}
