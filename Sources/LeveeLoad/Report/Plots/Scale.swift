// Takes values to places.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Takes the values of an axis to its length.
struct Scale {
    /// How values become places.
    enum Kind: Equatable {
        case linear
        /// Each decade takes the same length.
        case logarithmic
    }

    let kind: Kind
    let domain: ClosedRange<Double>
    /// Where the lower end of the domain lies, and where the upper one.
    let ends: (Double, Double)

    /// The place of a value; one outside of the domain lies at its end.
    func place(_ value: Double) -> Double {
        let (low, high) = (position(domain.lowerBound), position(domain.upperBound))
        guard high > low else { return ends.0 }
        let share = (position(min(max(value, domain.lowerBound), domain.upperBound)) - low) / (high - low)
        return ends.0 + share * (ends.1 - ends.0)
    }

    private func position(_ value: Double) -> Double {
        switch kind {
        case .linear: value
        case .logarithmic: log10(max(value, Double.leastNormalMagnitude))
        }
    }
}
