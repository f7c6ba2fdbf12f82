// The plots of how latencies are spread.

extension LoadReport {
    /// Histograms, and the curve of percentiles.
    var spreadPlots: [Plot] {
        [
            histogram("Round trips", spread.endToEnd), histogram("Submits", spread.submit), curves,
        ].compactMap(\.self)
    }

    private func histogram(_ name: String, _ spread: Spread?) -> Plot? {
        guard let spread, let first = spread.bins.first, let last = spread.bins.last else { return nil }
        return Plot(
            title: "\(name) by how long they took",
            unit: "jobs; the axis is logarithmic",
            horizontal: .milliseconds(first.from...last.to),
            vertical: .counts(upTo: Double(spread.bins.map(\.count).max() ?? 0)),
            bars: spread.bins.map { Plot.Bar(from: $0.from, to: $0.to, height: Double($0.count)) }
        )
    }

    private var curves: Plot? {
        let named = [("round trip", 1, spread.endToEnd), ("submit", 3, spread.submit)]
        let values = named.flatMap { $0.2?.curve.map(\.milliseconds) ?? [] }.filter { $0 > 0 }
        guard let least = values.min(), let most = values.max() else { return nil }
        let horizontal = Axis.percentiles(ofCount: Int(latency.submit?.count ?? latency.endToEnd?.count ?? 1))
        return Plot(
            title: "Percentiles",
            unit: "so many jobs took no longer",
            horizontal: horizontal,
            vertical: .milliseconds(least...most),
            lines: named.compactMap { name, ink, spread in
                spread.map { spread in
                    .through(
                        spread.curve.map { quantile in
                            let nines = Axis.nines(quantile.percentile)
                            return Plot.Point(x: min(nines, horizontal.domain.upperBound), y: quantile.milliseconds)
                        },
                        named: name,
                        ink: ink,
                        apartAtMost: .infinity
                    )
                }
            }
        )
    }
}
