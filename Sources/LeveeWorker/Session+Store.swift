// What a worker says of its store: when it begins to fail, that it still does, and when it works again.

import LeveeCore
import Logging
import Synchronization

extension Session {
    /// A call of the worker to its store, as the log names it.
    enum StoreCall: String {
        case wait = "waiting for work"
        case settle = "settling"
        case beat = "heartbeat"
        case release = "handing back"
        case tick
    }

    /// Notes that a call has failed: each failure at debug level, and at most every ten seconds for all to see.
    func failed(_ call: StoreCall, _ error: StoreError, metadata: Logger.Metadata = [:]) {
        let metadata = metadata.merging(["call": "\(call.rawValue)", "error": "\(error)"]) { $1 }
        logger.debug("a call to the store failed", metadata: metadata)
        switch outage.withLock({ $0.failed(call.rawValue) }) {
        case .began: logger.warning("the store fails", metadata: metadata)
        case .lasts(let time):
            let since: Logger.Metadata = ["since": "\(time.components.seconds) s"]
            logger.warning("the store still fails", metadata: metadata.merging(since) { $1 })
        case .ended, nil: break
        }
    }

    /// Notes that a call has succeeded.
    func succeeded(_ call: StoreCall) {
        guard case .ended(let time) = outage.withLock({ $0.succeeded(call.rawValue) }) else { return }
        logger.notice("the store works again", metadata: ["after": "\(time.components.seconds) s"])
    }
}
