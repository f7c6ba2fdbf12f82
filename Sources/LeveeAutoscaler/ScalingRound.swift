// One round of an autoscaler: take the lead, look, decide, move, tell.

import LeveeCore
import Logging

/// What an autoscaler does each interval.
struct ScalingRound: Sendable {
    let configuration: AutoscalerConfiguration
    let inspection: any FleetInspection
    let lead: any ScalingLead
    let mover: FleetMover
    let contact: StoreContact
    /// The time, since any fixed moment.
    let now: @Sendable () -> Duration
    let logger: Logger
    let report: @Sendable (AutoscalerReport) -> Void

    /// Makes a round. No error of the store ends it early in silence: the operator hears of it, and the next round tries
    /// again.
    func run(_ watch: inout ScalingWatch) async {
        let askedAt = now()
        var isConfirmed = false
        var verdict: ScalingVerdict?
        do throws(StoreError) {
            if !configuration.isDryRun {
                guard try await takeLead(&watch, askedAt: askedAt) else { return }
                isConfirmed = true
            }
            let overview = try await inspection.overview()
            contact.note()
            verdict = decide(on: overview, askedAt: askedAt, isConfirmed: isConfirmed, &watch)
        } catch {
            // A shutdown cuts off what is asked: that says nothing about the store.
            guard !Task.isCancelled else { return }
            if !configuration.isDryRun, watch.mayBeOvertaken(at: now()) { mover.abandon() }
            for line in watch.miss(error, at: now()) {
                report(line)
                if case .verdict(let held) = line { verdict = held }
            }
        }
        if isConfirmed, let verdict { await announce(verdict) }
    }

    private func takeLead(_ watch: inout ScalingWatch, askedAt: Duration) async throws(StoreError) -> Bool {
        let leader = try await lead.lead(as: configuration.name, for: configuration.leadDuration)
        contact.note()
        guard let news = watch.hear(leader: leader, askedAt: askedAt) else { return watch.isLeading }
        report(news)
        if !watch.isLeading { mover.abandon() }
        mover.forget()
        return watch.isLeading
    }

    private func decide(
        on overview: FleetOverview,
        askedAt: Duration,
        isConfirmed: Bool,
        _ watch: inout ScalingWatch
    ) -> ScalingVerdict {
        let verdict = watch.see(overview, askedAt: askedAt, at: now())
        report(.verdict(verdict))
        // Answers that took longer than the lead lasts may be out of date: somebody else may lead by now.
        let isFresh = now() - askedAt < min(configuration.leadDuration, configuration.policy.staleAfter)
        if configuration.movesFleet, isConfirmed, isFresh, !Task.isCancelled {
            mover.consider(desired: verdict.desired, found: overview.workers(taking: configuration.queues))
        }
        return verdict
    }

    private func announce(_ verdict: ScalingVerdict) async {
        do throws(StoreError) {
            try await lead.announce(verdict, as: configuration.name)
        } catch {
            guard !Task.isCancelled else { return }
            logger.warning("a verdict could not be announced", metadata: ["error": "\(error)"])
        }
    }
}
