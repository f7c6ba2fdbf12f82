// The scaling law as an autoscaler uses it: obeyed, or in a dry run only listened to.

import LeveeCore

/// Asks the scaling law.
///
/// The law counts with what it has ordered. In a dry run nobody carries out its orders, so a verdict that would change
/// the fleet is shown and then forgotten: the law goes on as if not asked, and says at the next reading what it would do
/// with the fleet as it is, not with the one that it believes to have made. When somebody else moves the fleet, the law
/// begins anew from what is there.
struct ScalingCounsel {
    private let isObeyed: Bool
    private var law: ScalingLaw
    private var found: Int?

    /// Creates a law that has seen nothing.
    ///
    /// - Parameters:
    ///   - policy: What the law goes by.
    ///   - isObeyed: Whether its orders are carried out.
    init(policy: ScalingPolicy, isObeyed: Bool) {
        self.isObeyed = isObeyed
        law = ScalingLaw(policy: policy)
    }

    /// Takes in a reading and decides.
    mutating func decide(_ figures: ScalingFigures) -> ScalingVerdict {
        guard !isObeyed else { return law.decide(figures) }
        if let found, figures.workers != found { law = ScalingLaw(policy: law.policy) }
        found = figures.workers
        var asked = law
        let verdict = asked.decide(figures)
        if verdict.change == .hold { law = asked }
        return verdict
    }
}
