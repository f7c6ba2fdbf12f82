// Lengths of time as people say them.

import LeveeCore

/// Writes lengths of time in at most two units.
enum Span {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000),
    ]

    /// `3 d 4 h`, `4 min 7 s`, `12 s`; `less than 1 s` below that.
    static func text(_ duration: Duration) -> String {
        let total = duration.milliseconds
        guard let first = units.firstIndex(where: { total >= $0.milliseconds }) else { return "less than 1 s" }
        let whole = "\(total / units[first].milliseconds) \(units[first].name)"
        guard first + 1 < units.count else { return whole }
        let rest = total % units[first].milliseconds / units[first + 1].milliseconds
        return rest == 0 ? whole : "\(whole) \(rest) \(units[first + 1].name)"
    }
}
