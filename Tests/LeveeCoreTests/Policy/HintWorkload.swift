// Loads on which the hints are tried: a thousand jobs of several types in one queue.

import LeveeCore
import LeveeTestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// When jobs of which kinds arrive, and how many slots there are when.
struct HintWorkload: Sendable, CustomStringConvertible {
    /// A type of job and how long its jobs take, in seconds.
    struct Kind: Sendable {
        var type: String
        var priority = Priority.normal
        var length: @Sendable (inout SeededGenerator) -> Double
    }

    var description: String
    var fleet: [(time: Double, slots: Int)]
    var arrivals: @Sendable (inout SeededGenerator) -> [(time: Double, kind: Kind)]

    static let count = 1_000

    // MARK: Lengths

    /// Always the same, but for a tenth more or less.
    static func steady(_ type: String, _ seconds: Double, _ priority: Priority = .normal) -> Kind {
        Kind(type: type, priority: priority) { seconds * Double.random(in: 0.9...1.1, using: &$0) }
    }

    /// Exponentially distributed: how long one has run says nothing about how long it goes on.
    static func random(_ type: String, _ seconds: Double) -> Kind {
        Kind(type: type) { seconds * exponential(&$0) }
    }

    /// Mostly short, one in fifty a hundred times as long.
    static func heavy(_ type: String, _ seconds: Double) -> Kind {
        Kind(type: type) { Int.random(in: 0..<50, using: &$0) == 0 ? 100 * seconds : seconds }
    }

    static func exponential(_ generator: inout SeededGenerator) -> Double {
        -log(Double.random(in: 0x1p-53...1, using: &generator))
    }

    // MARK: Arrivals

    /// All at once, in any order.
    static func burst(of kinds: [Kind], at time: Double = 0, count: Int = count)
        -> @Sendable (inout SeededGenerator) -> [(time: Double, kind: Kind)]
    {
        { generator in (0..<count).map { _ in (time, kinds[Int.random(in: 0..<kinds.count, using: &generator)]) } }
    }

    /// One after the other, so many in a second on average.
    static func stream(of kinds: [Kind], rate: Double)
        -> @Sendable (inout SeededGenerator) -> [(time: Double, kind: Kind)]
    {
        { generator in
            var time = 0.0
            return (0..<count).map { _ in
                time += exponential(&generator) / rate
                return (time, kinds[Int.random(in: 0..<kinds.count, using: &generator)])
            }
        }
    }

    /// With thirty jobs of all kinds in the seconds before, so that something is known of each.
    static func warm(
        _ arrivals: @escaping @Sendable (inout SeededGenerator) -> [(time: Double, kind: Kind)],
        by kinds: [Kind]
    ) -> @Sendable (inout SeededGenerator) -> [(time: Double, kind: Kind)] {
        { generator in (0..<30).map { (Double($0) / 2, kinds[$0 % kinds.count]) } + arrivals(&generator) }
    }

    // MARK: All of them

    private static let mixed = [steady("short", 0.2), steady("middle", 1), steady("long", 5)]

    static let all = [
        HintWorkload(
            description: "a burst on workers that have never run anything",
            fleet: [(0, 16)],
            arrivals: burst(of: mixed)
        ),
        HintWorkload(
            description: "a burst on workers that have run a few of each",
            fleet: [(0, 16)],
            arrivals: warm(burst(of: mixed, at: 30), by: mixed)
        ),
        HintWorkload(
            description: "a stream that workers bear, 85 % busy",
            fleet: [(0, 16)],
            arrivals: stream(of: mixed, rate: 0.85 * 16 / 2.07)
        ),
        HintWorkload(
            description: "a stream that is too much for them",
            fleet: [(0, 16)],
            arrivals: stream(of: mixed, rate: 1.5 * 16 / 2.07)
        ),
        HintWorkload(description: "long jobs before short ones", fleet: [(0, 16)]) { generator in
            burst(of: [steady("short", 0.2)], count: 100)(&generator)
                + burst(of: [steady("long", 5)], at: 5, count: 300)(&generator)
                + burst(of: [steady("short", 0.2)], at: 5.1, count: 600)(&generator)
        },
        HintWorkload(
            description: "lengths that differ within a type",
            fleet: [(0, 16)],
            arrivals: stream(of: [random("a", 0.5), random("b", 4)], rate: 1.1 * 16 / 2.25)
        ),
        HintWorkload(
            description: "few jobs that are very long",
            fleet: [(0, 16)],
            arrivals: stream(of: [heavy("a", 0.2), heavy("b", 0.5)], rate: 1.2 * 16 / 1.04)
        ),
        HintWorkload(
            description: "three priorities",
            fleet: [(0, 16)],
            arrivals: stream(
                of: [steady("short", 0.2, .high), steady("middle", 1), steady("long", 5, .low)],
                rate: 1.2 * 16 / 2.07
            )
        ),
        HintWorkload(
            description: "a fleet that grows and shrinks",
            fleet: [(0, 16), (40, 32), (60, 12)],
            arrivals: warm(burst(of: mixed, at: 30), by: mixed)
        ),
        HintWorkload(
            description: "jobs of a millisecond",
            fleet: [(0, 8)],
            arrivals: burst(of: [steady("a", 0.001), steady("b", 0.002)])
        ),
    ]
}
