// What is counted of requests that wait, and of what wakes them.

import CoreMetrics
import LeveeMetrics

/// Requests that wait for a change of a job, or for work.
struct WaitMetrics: Sendable {
    /// What a request waits for.
    enum Kind: String {
        /// `Prefer: wait`: the job to be as wanted.
        case job
        /// A stream of events: its next one.
        case events
        /// An outside worker: jobs.
        case lease
    }

    private static let waiting = MetricFamily(
        "levee_http_waiting_requests",
        "Requests that wait: for the end of a job, for its next event, or, those of outside workers, for jobs."
    )
    private static let up = MetricFamily(
        "levee_event_feed_up",
        "Whether changes of jobs are heard of as they happen; waiting requests read again each minute while they are not."
    )
    private static let reconnects = MetricFamily(
        "levee_event_feed_reconnects_total",
        "How often the feed of changes was lost and found again."
    )

    private let meters: [Kind: Meter]

    /// Makes the meters of some kinds.
    init(_ kinds: Kind...) {
        meters = Dictionary(uniqueKeysWithValues: kinds.map { ($0, Self.waiting.meter(["kind": $0.rawValue])) })
    }

    /// Counts a request that begins to wait.
    func began(_ kind: Kind) { meters[kind]?.increment() }

    /// Counts a request that waits no more.
    func ended(_ kind: Kind) { meters[kind]?.decrement() }

    /// What is counted of the feed.
    struct Feed: Sendable {
        private let up = WaitMetrics.up.meter()
        private let reconnects = WaitMetrics.reconnects.counter()

        /// Counts a subscription that has begun.
        func began(isFirst: Bool) {
            up.set(1)
            if !isFirst { reconnects.increment() }
        }

        /// Notes that the subscription was lost.
        func ended() { up.set(0) }
    }
}
