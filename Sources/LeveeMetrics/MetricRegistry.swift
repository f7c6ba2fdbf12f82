// What a process has recorded, kept to be shown.

public import CoreMetrics
import Synchronization

/// A factory for swift-metrics that keeps what is recorded and shows it to Prometheus.
///
/// Timers become histograms in seconds, recorders that aggregate histograms of numbers, others gauges. The number of series is
/// bounded: what would be one too many, or would give a name a second meaning, is recorded nowhere, and counted.
public final class MetricRegistry: MetricsFactory {
    /// The most series that are kept.
    public static let usualLimit = 10_000

    fileprivate enum Instrument {
        case counter(CountingInstrument)
        case level(LevelInstrument)
        case histogram(HistogramInstrument)

        /// What swift-metrics holds of it.
        var handler: AnyObject {
            switch self {
            case .counter(let instrument): instrument
            case .level(let instrument): instrument
            case .histogram(let instrument): instrument
            }
        }
    }

    private struct State {
        var families: [String: [MetricLabels: Instrument]] = [:]
        var help: [String: String] = [:]
        var count = 0
        var refused = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    /// Creates an empty registry.
    ///
    /// - Parameter limit: The most series that it keeps.
    public init(limit: Int = usualLimit) {
        self.limit = limit
    }

    /// All that was recorded, in the text format of Prometheus.
    public var text: String {
        let state = state.withLock { $0 }
        var text = MetricsText()
        for (name, series) in state.families.sorted(by: { $0.key < $1.key }) {
            write(name, state.help[name] ?? "Recorded by this program.", series, to: &text)
        }
        text.counter(
            "levee_metrics_refused_total",
            "Series that were not kept, since there were too many, or their name had another type.",
            [([:], Double(state.refused))]
        )
        return text.text
    }

    private func write(
        _ name: String,
        _ help: String,
        _ series: [MetricLabels: Instrument],
        to text: inout MetricsText
    ) {
        var counters: [MetricsText.Sample] = []
        var levels: [MetricsText.Sample] = []
        var histograms: [(labels: MetricLabels, histogram: MetricsText.Histogram)] = []
        let sorted = series.sorted { left, right in
            left.key.labels.map(\.value).lexicographicallyPrecedes(right.key.labels.map(\.value))
        }
        for (labels, instrument) in sorted {
            switch instrument {
            case .counter(let counter): counters.append((labels, counter.value))
            case .level(let level): levels.append((labels, level.value))
            case .histogram(let histogram): histograms.append((labels, histogram.histogram))
            }
        }
        text.counter(name, help, counters)
        text.gauge(name, help, levels)
        text.histogram(name, help, histograms)
    }

    /// Takes down what a metric means.
    func explain(_ name: String, _ help: String) {
        state.withLock { $0.help[name] = help }
    }

    // MARK: MetricsFactory

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let name = PrometheusName.metric(label, ending: "_total")
        let found = instrument(name, dimensions) { .counter(CountingInstrument()) }
        guard case .counter(let counter)? = found else { return CountingInstrument() }
        return counter
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        level(label, dimensions)
    }

    public func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return level(label, dimensions) }
        return histogram(PrometheusName.metric(label), dimensions, HistogramInstrument.powersOfTen)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(PrometheusName.metric(label, ending: "_seconds"), dimensions, HistogramInstrument.seconds)
    }

    public func destroyCounter(_ handler: any CounterHandler) { destroy(handler) }

    public func destroyMeter(_ handler: any MeterHandler) { destroy(handler) }

    public func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }

    public func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }

    private func level(_ label: String, _ dimensions: [(String, String)]) -> LevelInstrument {
        let found = instrument(PrometheusName.metric(label), dimensions) { .level(LevelInstrument()) }
        guard case .level(let level)? = found else { return LevelInstrument() }
        return level
    }

    private func histogram(
        _ name: String,
        _ dimensions: [(String, String)],
        _ bounds: [Double]
    ) -> HistogramInstrument {
        let found = instrument(name, dimensions) { .histogram(HistogramInstrument(bounds: bounds)) }
        guard case .histogram(let histogram)? = found else { return HistogramInstrument(bounds: bounds) }
        return histogram
    }

    /// What is recorded under a name with these labels, made if it is new.
    ///
    /// - Returns: `nil` if there is no room for it, or if the name stands for something else.
    private func instrument(
        _ name: String,
        _ dimensions: [(String, String)],
        make: () -> Instrument
    ) -> Instrument? {
        let labels = MetricLabels(dimensions.map { (PrometheusName.label($0.0), $0.1) })
        return state.withLock { state in
            let made = make()
            let family = state.families[name] ?? [:]
            if let found = family[labels] {
                guard found.isLike(made) else {
                    state.refused += 1
                    return nil
                }
                return found
            }
            guard state.count < limit, family.values.first.map(made.isLike) ?? true else {
                state.refused += 1
                return nil
            }
            state.count += 1
            state.families[name, default: [:]][labels] = made
            return made
        }
    }

    private func destroy(_ handler: AnyObject) {
        state.withLock { state in
            for (name, series) in state.families {
                guard let labels = series.first(where: { $0.value.handler === handler })?.key else { continue }
                state.families[name]?[labels] = nil
                if series.count == 1 { state.families[name] = nil }
                state.count -= 1
            }
        }
    }
}

extension MetricRegistry.Instrument {
    /// Whether both are of one type, as Prometheus sees it.
    fileprivate func isLike(_ other: MetricRegistry.Instrument) -> Bool {
        switch (self, other) {
        case (.counter, .counter), (.level, .level), (.histogram, .histogram): true
        default: false
        }
    }
}
