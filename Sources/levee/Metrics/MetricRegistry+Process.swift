// Where the metrics of the process are set up, and shown.

import CoreMetrics
import LeveeMetrics

extension MetricRegistry {
    /// Sets up the metrics of the process, once: all that is recorded goes into a registry.
    ///
    /// - Returns: The registry.
    static func bootstrapped() -> MetricRegistry {
        let registry = MetricRegistry()
        MetricsSystem.bootstrap(registry)
        MetricFamily("levee_build_info", "The version of this process; always 1.")
            .meter(["version": Version.current]).set(1)
        return registry
    }

    /// What the process shows of itself: what it has recorded, and what the system says of it.
    var processText: String { text + ProcessFigures().text }
}
