// A set of characters, as a regular expression names one.

/// Unicode scalars by their ranges and general categories.
struct ScalarSet: Sendable, Equatable {
    private var ranges: [ClosedRange<UInt32>] = []
    private var categories: Set<Unicode.GeneralCategory> = []
    /// Sets that are members as a whole, such as `\D` in `[\D5]`.
    private var subsets: [ScalarSet] = []
    private(set) var isInverted = false

    static func == (left: ScalarSet, right: ScalarSet) -> Bool {
        left.ranges == right.ranges && left.categories == right.categories && left.subsets == right.subsets
            && left.isInverted == right.isInverted
    }

    init(_ ranges: ClosedRange<UInt32>...) {
        self.ranges = ranges
    }

    init(_ scalar: Unicode.Scalar) {
        self.init(scalar.value...scalar.value)
    }

    init(_ categories: Set<Unicode.GeneralCategory>) {
        self.categories = categories
    }

    /// `\d`: the digits of ASCII (ECMA-262 section 22.2.2.9).
    static let digits = ScalarSet(0x30...0x39)
    /// `\w`: letters and digits of ASCII, and the low line.
    static let word = ScalarSet(0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A)
    /// `\s`: WhiteSpace and LineTerminator (ECMA-262 sections 12.2 and 12.3).
    static let space = ScalarSet(
        0x09...0x0D,
        0x20...0x20,
        0xA0...0xA0,
        0x1680...0x1680,
        0x2000...0x200A,
        0x2028...0x2029,
        0x202F...0x202F,
        0x205F...0x205F,
        0x3000...0x3000,
        0xFEFF...0xFEFF
    )
    /// `.`: all but the ends of lines.
    static let anyInLine = ScalarSet(0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029).inverted

    /// All characters that are not in the set.
    var inverted: ScalarSet {
        var set = self
        set.isInverted.toggle()
        return set
    }

    mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }

    mutating func insert(_ set: ScalarSet) { subsets.append(set) }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let isMember =
            ranges.contains { $0.contains(scalar.value) } || subsets.contains { $0.contains(scalar) }
            || !categories.isEmpty && categories.contains(scalar.properties.generalCategory)
        return isMember != isInverted
    }

    /// The set that `\p{name}` stands for: a general category by its short name, such as `L`, `Lu` or `Nd` (Unicode,
    /// section 4.5, table 4-4).
    init?(category name: String) {
        let matches = Self.categoryNames.filter { $0.key == name || name.utf8.count == 1 && $0.key.hasPrefix(name) }
        guard !matches.isEmpty else { return nil }
        self.init(Set(matches.values))
    }

    private static let categoryNames: [String: Unicode.GeneralCategory] = [
        "Lu": .uppercaseLetter, "Ll": .lowercaseLetter, "Lt": .titlecaseLetter, "Lm": .modifierLetter,
        "Lo": .otherLetter, "Mn": .nonspacingMark, "Mc": .spacingMark, "Me": .enclosingMark, "Nd": .decimalNumber,
        "Nl": .letterNumber, "No": .otherNumber, "Pc": .connectorPunctuation, "Pd": .dashPunctuation,
        "Ps": .openPunctuation, "Pe": .closePunctuation, "Pi": .initialPunctuation, "Pf": .finalPunctuation,
        "Po": .otherPunctuation, "Sm": .mathSymbol, "Sc": .currencySymbol, "Sk": .modifierSymbol, "So": .otherSymbol,
        "Zs": .spaceSeparator, "Zl": .lineSeparator, "Zp": .paragraphSeparator, "Cc": .control, "Cf": .format,
        "Co": .privateUse, "Cn": .unassigned,
    ]
}
