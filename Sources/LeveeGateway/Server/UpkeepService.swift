// A front end's share in keeping the store in order: with no worker alive, nobody else would.

import LeveeCore
import LeveeMetrics
import Logging
import ServiceLifecycle
import Synchronization

/// Ticks until the process shuts down, and says what came of it: what was done to jobs, and when the store is away.
final class UpkeepService: Service {
    private let upkeep: any JobUpkeep
    private let lease: Duration
    private let logger: Logger
    private let outage = Mutex(StoreOutage())
    private let tally = Mutex(TickTally())
    private let metrics = UpkeepMetrics()

    init(upkeep: any JobUpkeep, lease: Duration, logger: Logger) {
        self.upkeep = upkeep
        self.lease = lease
        self.logger = logger
    }

    func run() async throws {
        let ticker = Ticker(upkeep: upkeep, lease: lease) { [self] outcome in note(outcome) }
        await cancelWhenGracefulShutdown { await ticker.run() }
    }

    private func note(_ outcome: Result<TickReport?, StoreError>) {
        switch outcome {
        case .failure(let error):
            metrics.failed()
            switch outage.withLock({ $0.failed("tick") }) {
            case .began: logger.error("The store fails", metadata: ["error": "\(error)"])
            case .lasts(let time):
                let since = "\(time.components.seconds) s"
                logger.error("The store still fails", metadata: ["error": "\(error)", "since": "\(since)"])
            case .ended, nil: break
            }
        case .success(let report):
            metrics.ticked(report.map { ($0.reaped, $0.expired, $0.promoted) })
            if case .ended(let time) = outage.withLock({ $0.succeeded("tick") }) {
                logger.notice("The store works again", metadata: ["after": "\(time.components.seconds) s"])
            }
            guard let sum = tally.withLock({ $0.add(report) }) else { return }
            logger.info(
                "Jobs were taken from lost workers or came too late",
                metadata: ["reaped": "\(sum.reaped)", "expired": "\(sum.expired)", "promoted": "\(sum.promoted)"]
            )
        }
    }
}
