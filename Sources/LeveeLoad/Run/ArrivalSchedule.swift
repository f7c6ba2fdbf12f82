// When the jobs of an open loop arrive, drawn from a seed.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The moments at which jobs arrive, one after the other.
///
/// A Poisson process has no memory: where a step ends before the next arrival, a new gap is drawn at the next step's rate.
struct ArrivalSchedule {
    private var steps: ArraySlice<Arrivals.Step>
    private var generator: SplitMix64
    /// In seconds since the start: the last arrival, or the beginning of the step if that is later.
    private var time = 0.0
    private var end: Double

    init(_ arrivals: Arrivals, seed: UInt64) {
        switch arrivals {
        case .poisson(let rate): steps = [Arrivals.Step(rate: rate, seconds: .infinity)]
        case .steps(let given): steps = given[...]
        }
        generator = SplitMix64(seed: seed)
        end = steps.first?.seconds ?? 0
    }

    /// The next arrival, in seconds since the start; `nil` after the last.
    mutating func next() -> Double? {
        while let step = steps.first {
            let gap = step.rate > 0 ? exponential() / step.rate : .infinity
            if time + gap < end {
                time += gap
                return time
            }
            time = end
            steps.removeFirst()
            end += steps.first?.seconds ?? 0
        }
        return nil
    }

    /// Exponentially distributed with mean 1; 0 is never drawn, since it has no logarithm.
    private mutating func exponential() -> Double {
        -log(Double.random(in: 0x1p-53...1, using: &generator))
    }
}
