// How latencies are spread, for a histogram and a curve.

import Histogram

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension LoadReport {
    /// How latencies are spread.
    public struct Spread: Codable, Sendable, Equatable {
        /// Latencies within two bounds.
        public struct Bin: Codable, Sendable, Equatable {
            /// The lower bound, in milliseconds.
            public var from: Double
            /// The upper bound, in milliseconds; it belongs to the next bin.
            public var to: Double
            /// How many.
            public var count: Int
        }

        /// What so many per cent do not exceed.
        public struct Quantile: Codable, Sendable, Equatable {
            /// 0 to 100.
            public var percentile: Double
            /// In milliseconds.
            public var milliseconds: Double
        }

        /// Neighbours, each the tenth part of a decade wide, from the shortest latency to the longest.
        public var bins: [Bin]
        /// From the shortest latency to the longest, closer together towards the end.
        public var curve: [Quantile]
    }

    /// How the latencies of submits and of whole jobs are spread; each `nil` where nothing was measured.
    public struct Spreads: Codable, Sendable, Equatable {
        /// From when a submit was due until it was accepted.
        public var submit: Spread?
        /// From when a job was due until it was completed.
        public var endToEnd: Spread?
    }
}

extension LoadReport.Spread {
    private static let binsPerDecade = 10.0

    /// - Parameter histogram: Latencies in microseconds; the spread is `nil` without any.
    init?(_ histogram: Histogram<UInt64>) {
        var counts: [Int: Int] = [:]
        for step in histogram.recordedValues() {
            let milliseconds = Double(max(1, step.value)) / 1_000
            counts[Int((log10(milliseconds) * Self.binsPerDecade).rounded(.down)), default: 0] += Int(step.count)
        }
        guard let first = counts.keys.min(), let last = counts.keys.max() else { return nil }
        bins = (first...last).map { number in
            Bin(from: Self.bound(number), to: Self.bound(number + 1), count: counts[number] ?? 0)
        }
        curve = histogram.percentiles(ticksPerHalfDistance: 10).map { step in
            Quantile(percentile: step.percentile, milliseconds: Double(step.value) / 1_000)
        }
    }

    private static func bound(_ number: Int) -> Double { pow(10, Double(number) / binsPerDecade) }
}
