// A front end's share in keeping the store in order: with no worker alive, nobody else would.

import LeveeCore
import Logging
import ServiceLifecycle
import Synchronization

/// Ticks until the process shuts down. A store that is away is told once when it goes and once when it is back.
final class UpkeepService: Service {
    private let upkeep: any JobUpkeep
    private let lease: Duration
    private let logger: Logger
    private let isFailing = Mutex(false)

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
            let isNews = isFailing.withLock { isFailing in
                defer { isFailing = true }
                return !isFailing
            }
            if isNews { logger.error("The upkeep of the store fails", metadata: ["error": "\(error)"]) }
        case .success(let report):
            let isNews = isFailing.withLock { isFailing in
                defer { isFailing = false }
                return isFailing
            }
            if isNews { logger.notice("The upkeep of the store works again") }
            guard let report else { return }
            logger.trace("Ticked", metadata: ["report": "\(report)"])
        }
    }
}
