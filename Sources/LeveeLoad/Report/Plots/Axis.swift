// Axes: what they reach over, and where they have ticks.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What an axis reaches over, with ticks at round values.
struct Axis: Equatable {
    /// A value with its label.
    struct Tick: Equatable {
        var value: Double
        var label: String
    }

    var kind: Scale.Kind
    var domain: ClosedRange<Double>
    var ticks: [Tick]

    /// From nothing to a round value that is not below `most`; with so many ticks or about.
    static func amounts(upTo most: Double, about count: Int = 4) -> Axis {
        let most = most > 0 ? most : 1
        let step = roundUp(most / Double(count))
        let top = max(1, (most / step - 1e-9).rounded(.up))
        let digits = max(0, Int(-log10(step).rounded(.down)))
        let ticks = (0...Int(top)).map {
            Tick(value: Double($0) * step, label: Figure.fixed(Double($0) * step, digits))
        }
        return Axis(kind: .linear, domain: 0...top * step, ticks: ticks)
    }

    /// From nothing to a whole number that is not below `most`.
    static func counts(upTo most: Double) -> Axis {
        most <= 4
            ? amounts(upTo: max(1, most.rounded(.up)), about: Int(max(1, most.rounded(.up)))) : amounts(upTo: most)
    }

    /// Milliseconds on a logarithmic axis, from a round value to another: at decades, and in between where these are few.
    static func milliseconds(_ values: ClosedRange<Double>) -> Axis {
        let low = decade(notAbove: max(values.lowerBound, 1e-3))
        let high = max(roundUp(values.upperBound), low * 10)
        let isShort = high / low <= 100
        var ticks: [Tick] = []
        var base = low
        while base <= high * 1.000_1 {
            for factor in isShort ? [1.0, 2, 5] : [1.0] where base * factor <= high * 1.000_1 {
                ticks.append(Tick(value: base * factor, label: timeLabel(milliseconds: base * factor)))
            }
            base *= 10
        }
        return Axis(kind: .logarithmic, domain: low...high, ticks: ticks)
    }

    /// Time since the start, in seconds.
    static func time(upTo seconds: Double, about count: Int = 8) -> Axis {
        let steps: [Double] = [
            0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200,
            86_400,
        ]
        let step = steps.first { seconds / $0 <= Double(count) } ?? 86_400
        let top = max(seconds, step)
        let ticks = (0...Int(top / step + 1e-9)).map { number in
            Tick(value: Double(number) * step, label: clock(Double(number) * step, within: top))
        }
        return Axis(kind: .linear, domain: 0...top, ticks: ticks)
    }

    /// Percentiles by how many nines they have: 90, 99, 99.9; values are those that ``nines(_:)`` gives.
    static func percentiles(ofCount count: Int) -> Axis {
        let top = max(1, min(6, log10(Double(max(1, count)))))
        let ticks = [
            Tick(value: 0, label: "0 %"), Tick(value: nines(50), label: "50 %"), Tick(value: 1, label: "90 %"),
            Tick(value: 2, label: "99 %"), Tick(value: 3, label: "99.9 %"), Tick(value: 4, label: "99.99 %"),
            Tick(value: 5, label: "99.999 %"),
        ]
        return Axis(kind: .linear, domain: 0...top, ticks: ticks.filter { $0.value <= top })
    }

    /// How many nines a percentile has: 1 for 90, 2 for 99.
    static func nines(_ percentile: Double) -> Double { percentile < 100 ? -log10(1 - percentile / 100) : .infinity }

    /// The least of 1, 2 and 5 times a power of ten that is not below a value.
    private static func roundUp(_ value: Double) -> Double {
        let power = decade(notAbove: value)
        return [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= value * 0.999_999 } ?? power * 10
    }

    private static func decade(notAbove value: Double) -> Double { pow(10, (log10(value) + 1e-9).rounded(.down)) }

    /// Such as `0.5 ms`, `20 ms` or `5 s`.
    static func timeLabel(milliseconds: Double) -> String {
        let (value, unit) = milliseconds < 999.9 ? (milliseconds, "ms") : (milliseconds / 1_000, "s")
        let digits = value < 0.999 ? max(1, Int((-log10(value) - 1e-9).rounded(.up))) : 0
        return "\(Figure.fixed(value, digits)) \(unit)"
    }

    /// Such as `5 s` in a short test, `1:30` in one of minutes, `2:05:00` in one of hours.
    private static func clock(_ seconds: Double, within total: Double) -> String {
        if total <= 120 {
            return "\(seconds == seconds.rounded() ? Figure.fixed(seconds, 0) : Figure.fixed(seconds, 1)) s"
        }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let whole = Int(seconds.rounded())
        let end = two(whole % 60)
        return total < 3_600 ? "\(whole / 60):\(end)" : "\(whole / 3_600):\(two(whole % 3_600 / 60)):\(end)"
    }
}
