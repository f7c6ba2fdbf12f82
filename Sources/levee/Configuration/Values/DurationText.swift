// Durations as people write them: `500ms`, `30s`, `1h30m`.

import LeveeCore

/// Reads and writes durations.
enum DurationText {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// Reads whole numbers with units, the larger before the smaller.
    ///
    /// - Parameter text: Such as `500ms`, `30s`, `1h30m` or `7d`.
    /// - Returns: The duration, or `nil` if the text is none or too long to be held in milliseconds.
    static func parse(_ text: String) -> Duration? {
        var rest = text.utf8[...]
        var remaining = units[...]
        var total: Int64 = 0
        repeat {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            rest = rest[digits.endIndex...]
            let unit = rest.prefix { !(0x30...0x39).contains($0) }
            rest = rest[unit.endIndex...]
            guard let number = Int64(Substring(digits)),
                let index = remaining.firstIndex(where: { $0.name.utf8.elementsEqual(unit) })
            else { return nil }
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: units[index].milliseconds)
            let (sum, isTooLong) = total.addingReportingOverflow(product)
            guard !isTooLarge, !isTooLong else { return nil }
            total = sum
            remaining = remaining[(index + 1)...]
        } while !rest.isEmpty
        return .milliseconds(total)
    }

    /// Writes a duration so that ``parse(_:)`` reads the same again, to the millisecond.
    static func text(_ duration: Duration) -> String {
        var rest = duration.milliseconds
        guard rest > 0 else { return "0s" }
        var text = ""
        for unit in units where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text
    }
}
