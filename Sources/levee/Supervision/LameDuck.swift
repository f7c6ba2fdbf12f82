// The time between the order to stop and the end of a front end, in which balancers learn that it goes.

import LeveeCore
import Logging
import ServiceLifecycle
import UnixSignals

/// Heeds the order to stop, SIGTERM or SIGINT, after a delay: until then the process goes on to serve and says that it is not
/// ready. A second order stops it at once.
///
/// A balancer asks now and then. It would go on sending requests to a port that nobody listens on any more.
struct LameDuck: Service {
    private let delay: Duration
    private let logger: Logger
    private let signals: UnixSignalsSequence
    private let announce: @Sendable () -> Void

    /// Takes the signals over; `nil` without a delay, which leaves them alone.
    ///
    /// - Parameters:
    ///   - delay: How long to go on after the order to stop.
    ///   - logger: Where it says that it was told to stop.
    ///   - announce: Makes it known that the process is about to end.
    init?(delay: Duration, logger: Logger, announce: @escaping @Sendable () -> Void) async {
        guard delay > .zero else { return nil }
        self.delay = delay
        self.logger = logger
        self.announce = announce
        signals = await UnixSignalsSequence(trapping: Deployment.stopSignals)
    }

    /// Ends when the process is to stop.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            let hurry = Signal.latch()
            let ordered = Signal.latch()
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await _ in signals {
                        if ordered.isSet { hurry.ring() } else { ordered.ring() }
                    }
                }
                await ordered.wait()
                if !Task.isCancelled {
                    announce()
                    logger.info("stopping: not ready any more", metadata: ["delay": "\(delay)"])
                    await canceled(by: hurry) { try? await Task.sleep(for: delay) }
                }
                group.cancelAll()
            }
        }
    }
}
