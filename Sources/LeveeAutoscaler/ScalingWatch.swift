// What an autoscaler knows from one round to the next; pure, the round itself does the asking.

import LeveeCore

/// Who leads, what was read last, and what the law has seen.
///
/// Times are durations since any fixed moment.
struct ScalingWatch {
    private enum Standing: Equatable {
        case unknown
        case following(String)
        case leading
    }

    private struct Reading {
        var overview: FleetOverview
        /// When it was asked for: it is at least as young.
        var askedAt: Duration
    }

    private let configuration: AutoscalerConfiguration
    private var standing = Standing.unknown
    private var isStoreAway = false
    /// When it was last told that it leads.
    private var confirmedAt: Duration?
    private var reading: Reading?
    private var counsel: ScalingCounsel

    /// Creates a watch that has seen nothing; in a dry run it needs no lead.
    init(_ configuration: AutoscalerConfiguration) {
        self.configuration = configuration
        counsel = ScalingCounsel(policy: configuration.policy, isObeyed: !configuration.isDryRun)
    }

    /// Whether another one may lead although nobody has said so: the lead was not confirmed for as long as it lasts.
    func mayBeOvertaken(at now: Duration) -> Bool {
        confirmedAt.map { now - $0 >= configuration.leadDuration } ?? true
    }

    /// Whether the last word on it was that this autoscaler leads.
    var isLeading: Bool { standing == .leading }

    /// Takes in who leads. A new lead begins with a law that has seen nothing: the old one knows neither what others have
    /// ordered meanwhile nor what the load was like.
    ///
    /// - Parameters:
    ///   - leader: The name of the one that leads.
    ///   - askedAt: When it was asked.
    /// - Returns: What is to be said about it, if that is new.
    mutating func hear(leader: String, askedAt: Duration) -> AutoscalerReport? {
        let news = leader == configuration.name ? Standing.leading : .following(leader)
        confirmedAt = news == .leading ? askedAt : nil
        let isBack = isStoreAway && news != .leading
        if news != .leading { isStoreAway = false }
        guard news != standing || isBack else { return nil }
        standing = news
        reading = nil
        counsel = ScalingCounsel(policy: configuration.policy, isObeyed: !configuration.isDryRun)
        return news == .leading ? .leading : .following(leader: leader)
    }

    /// Takes in a new overview.
    ///
    /// - Parameters:
    ///   - overview: What the store showed.
    ///   - askedAt: When it was asked.
    ///   - now: The time.
    /// - Returns: What the law says.
    mutating func see(_ overview: FleetOverview, askedAt: Duration, at now: Duration) -> ScalingVerdict {
        let reading = Reading(overview: overview, askedAt: askedAt)
        self.reading = reading
        isStoreAway = false
        return decide(on: reading, at: now)
    }

    /// Takes in that the store could not be asked: the law is shown the last overview again, with its age.
    ///
    /// - Parameters:
    ///   - error: Why.
    ///   - now: The time.
    /// - Returns: What is to be said about it: once what is wrong, each time what the law says, if it has seen anything.
    mutating func miss(_ error: StoreError, at now: Duration) -> [AutoscalerReport] {
        let news = isStoreAway ? [] : [AutoscalerReport.storeAway(error)]
        isStoreAway = true
        guard let reading else { return news }
        return news + [.verdict(decide(on: reading, at: now))]
    }

    private mutating func decide(on reading: Reading, at now: Duration) -> ScalingVerdict {
        counsel.decide(
            ScalingFigures(reading.overview, serving: configuration.queues, age: now - reading.askedAt)
        )
    }
}
