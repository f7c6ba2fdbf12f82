// Sizes in bytes as people write them: `64KiB`, `10MB`, `4096`.

/// Reads and writes sizes.
enum SizeText {
    /// Decimal units by SI, binary ones by IEC 80000-13.
    private static let units: [(name: String, bytes: Int)] = [
        ("B", 1), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000),
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30),
    ]

    /// Reads a whole number of bytes, with or without a unit; `KB` and `kB` are the same.
    ///
    /// - Parameter text: Such as `64KiB`, `10MB` or `4096`.
    /// - Returns: The bytes, or `nil` if the text is no size or too large to be counted.
    static func parse(_ text: String) -> Int? {
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        var unit = Substring(text.utf8[digits.endIndex...])
        if unit.first == " " { unit.removeFirst() }
        guard let number = Int(Substring(digits)) else { return nil }
        if unit.isEmpty, text.utf8.count == digits.count { return number }
        guard let factor = units.first(where: { $0.name.lowercased() == unit.lowercased() })?.bytes else { return nil }
        let (bytes, isTooLarge) = number.multipliedReportingOverflow(by: factor)
        return isTooLarge ? nil : bytes
    }

    /// Writes a size in the largest unit that divides it, so that ``parse(_:)`` reads the same again.
    static func text(_ bytes: Int) -> String {
        let best = units.filter { bytes >= $0.bytes && bytes % $0.bytes == 0 }.max { $0.bytes < $1.bytes }
        guard let best, best.bytes > 1 else { return "\(bytes)B" }
        return "\(bytes / best.bytes)\(best.name)"
    }
}
