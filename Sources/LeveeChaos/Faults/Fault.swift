// A fault: what is done, to whom, when and for how long.

/// One fault of a plan.
package struct Fault: Equatable, Sendable {
    /// What is done.
    package enum Kind: String, CaseIterable, Sendable {
        case killWorker = "kill-worker"
        case killFrontEnd = "kill-frontend"
        case killRedis = "kill-redis"
        /// Redis is killed, and finds half a transaction at the end of its append-only file.
        case tearFile = "tear-file"
        /// A worker is told to end within its grace.
        case drainWorker = "drain-worker"
        /// A worker is told to end once all it runs has.
        case retireWorker = "retire-worker"
        case stopWorker = "stop-worker"
        case stopFrontEnd = "stop-frontend"
        case stopRedis = "stop-redis"
        /// A script does not end: everybody is answered `-BUSY`.
        case busyRedis = "busy-redis"
        /// Redis loads its data anew: everybody is answered `-LOADING`.
        case reloadRedis = "reload-redis"
        /// Redis may not use any more memory.
        case fillRedis = "fill-redis"
        /// The clock of Redis is set forward, and back again.
        case clockForward = "clock-forward"
        case clockBack = "clock-back"
        case killClients = "kill-clients"
        case flushScripts = "flush-scripts"
        case reset
        case blackhole
        case slow
        case sliced
    }

    package var kind: Kind
    /// When, from the beginning of the run.
    package var at: Duration
    /// How long it lasts, or how long what was killed stays away.
    package var lasts: Duration
    /// Which of those it can befall, by its place among them, whatever their number.
    package var pick: Int
    /// Bytes or bytes a second, for faults of the network; how many bytes are whole, for a torn file; seconds, for the clock.
    package var size: Int

    package init(_ kind: Kind, at: Duration, lasts: Duration, pick: Int = 0, size: Int = 0) {
        self.kind = kind
        self.at = at
        self.lasts = lasts
        self.pick = pick
        self.size = size
    }
}
