// Metrics in the text format of Prometheus.

import LeveeCore

/// Writes metric families in the text exposition format of Prometheus, version 0.0.4.
struct MetricsText {
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// Names and values that tell samples of a family apart.
    typealias Labels = KeyValuePairs<String, String>

    private(set) var text = ""

    /// Writes a gauge.
    mutating func gauge(_ name: String, _ help: String, _ samples: [(labels: Labels, value: Double)]) {
        family(name, "gauge", help, samples)
    }

    /// Writes a counter; its name ends in `_total`.
    mutating func counter(_ name: String, _ help: String, _ samples: [(labels: Labels, value: Double)]) {
        family(name, "counter", help, samples)
    }

    /// Writes histograms of durations, in seconds.
    mutating func histogram(_ name: String, _ help: String, _ samples: [(labels: Labels, counts: DurationCounts)]) {
        guard !samples.isEmpty else { return }
        head(name, "histogram", help)
        for (labels, counts) in samples {
            var sum = 0
            for (index, count) in counts.counts.enumerated() {
                sum += count
                let bounds = DurationCounts.bounds
                let bound = index < bounds.count ? Self.number(Double(bounds[index]) / 1_000) : "+Inf"
                sample(name + "_bucket", labels, bound: bound, "\(sum)")
            }
            sample(name + "_sum", labels, Self.number(counts.total.inSeconds))
            sample(name + "_count", labels, "\(sum)")
        }
    }

    private mutating func family(
        _ name: String,
        _ type: String,
        _ help: String,
        _ samples: [(labels: Labels, value: Double)]
    ) {
        guard !samples.isEmpty else { return }
        head(name, type, help)
        for (labels, value) in samples { sample(name, labels, Self.number(value)) }
    }

    private mutating func head(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func sample(_ name: String, _ labels: Labels, bound: String? = nil, _ value: String) {
        var pairs = labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
        if let bound { pairs.append("le=\"\(bound)\"") }
        text += name + (pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}") + " \(value)\n"
    }

    /// A number without a fraction where it has none.
    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
