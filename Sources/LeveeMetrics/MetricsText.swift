// Metrics in the text format of Prometheus.

/// Writes metric families in the text exposition format of Prometheus, version 0.0.4.
public struct MetricsText {
    /// The media type of the text.
    public static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// One number with its labels.
    public typealias Sample = (labels: MetricLabels, value: Double)

    /// Counts of values by their size.
    public struct Histogram: Sendable, Equatable {
        /// The upper bounds of the sizes; what is larger than the last has a count of its own.
        public var bounds: [Double]
        /// How many values were at most as large as each bound and larger than the one before, and those larger than all.
        public var counts: [Int]
        /// All values together.
        public var sum: Double

        /// Creates a histogram; see the properties.
        public init(bounds: [Double], counts: [Int], sum: Double) {
            self.bounds = bounds
            self.counts = counts
            self.sum = sum
        }
    }

    /// What was written.
    public private(set) var text = ""

    /// Creates an empty text.
    public init() {}

    /// Writes a gauge; nothing where there are no samples.
    public mutating func gauge(_ name: String, _ help: String, _ samples: [Sample]) {
        family(name, "gauge", help, samples)
    }

    /// Writes a counter; its name ends in `_total`.
    public mutating func counter(_ name: String, _ help: String, _ samples: [Sample]) {
        family(name, "counter", help, samples)
    }

    /// Writes histograms.
    public mutating func histogram(
        _ name: String,
        _ help: String,
        _ samples: [(labels: MetricLabels, histogram: Histogram)]
    ) {
        guard !samples.isEmpty else { return }
        head(name, "histogram", help)
        for (labels, histogram) in samples {
            var sum = 0
            for (index, count) in histogram.counts.enumerated() {
                sum += count
                let bound = index < histogram.bounds.count ? Self.number(histogram.bounds[index]) : "+Inf"
                sample(name + "_bucket", labels, bound: bound, "\(sum)")
            }
            sample(name + "_sum", labels, Self.number(histogram.sum))
            sample(name + "_count", labels, "\(sum)")
        }
    }

    private mutating func family(_ name: String, _ type: String, _ help: String, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        head(name, type, help)
        for (labels, value) in samples { sample(name, labels, Self.number(value)) }
    }

    private mutating func head(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func sample(_ name: String, _ labels: MetricLabels, bound: String? = nil, _ value: String) {
        var pairs = labels.labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
        if let bound { pairs.append("le=\"\(bound)\"") }
        text += name + (pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}") + " \(value)\n"
    }

    /// A number without a fraction where it has none.
    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        // By scalars: a line feed after a carriage return would be one Character with it.
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\".unicodeScalars
            case "\"": escaped += "\\\"".unicodeScalars
            case "\n": escaped += "\\n".unicodeScalars
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}
