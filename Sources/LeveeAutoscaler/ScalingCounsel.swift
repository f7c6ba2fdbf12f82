// The scaling law as an autoscaler uses it: obeyed, or in a dry run only listened to.

import LeveeCore

/// Asks the scaling law.
struct ScalingCounsel {
    private let isObeyed: Bool
    private var law: ScalingLaw

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
        isObeyed ? law.decide(figures) : law.rehearse(figures)
    }
}
