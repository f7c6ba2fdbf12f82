// One metric by its name and what it means: what counters, meters and timers are made of.

public import CoreMetrics

/// A metric that a part of Levee records through swift-metrics.
///
/// Instruments are made once and kept: making one takes a lock, recording does not look anything up.
public struct MetricFamily: Sendable {
    /// The name as Prometheus has it: `levee_` first, the unit last, `_total` for a counter.
    public let name: String
    /// What it means, in a sentence on one line.
    public let help: String

    /// Creates a family; see the properties.
    public init(_ name: String, _ help: String) {
        self.name = name
        self.help = help
    }

    /// Makes something that only grows.
    public func counter(
        _ labels: MetricLabels = [:],
        on factory: any MetricsFactory = MetricsSystem.factory
    ) -> Counter {
        explain(to: factory)
        return Counter(label: name, dimensions: labels.dimensions, factory: factory)
    }

    /// Makes something that rises and falls.
    public func meter(
        _ labels: MetricLabels = [:],
        on factory: any MetricsFactory = MetricsSystem.factory
    ) -> Meter {
        explain(to: factory)
        return Meter(label: name, dimensions: labels.dimensions, factory: factory)
    }

    /// Makes something that takes down how long things took.
    public func timer(
        _ labels: MetricLabels = [:],
        on factory: any MetricsFactory = MetricsSystem.factory
    ) -> Timer {
        explain(to: factory)
        return Timer(label: name, dimensions: labels.dimensions, factory: factory)
    }

    /// swift-metrics has no place for what a metric means.
    private func explain(to factory: any MetricsFactory) {
        (factory as? MetricRegistry)?.explain(name, help)
    }
}

extension Timer {
    /// Takes down how long something took.
    public func record(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
