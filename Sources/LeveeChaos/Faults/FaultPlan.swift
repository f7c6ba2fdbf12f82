// Which faults come when: drawn from a seed, before the run begins.

import LeveeLoad

/// A sequence of faults.
///
/// Storms, in which processes are killed about once a second and Redis once, take turns with spells in which Redis stays, so
/// that lost jobs have to be reclaimed in time, and a worker sleeps past its lease while others live on: it comes back to jobs
/// that are another's. Faults of the network come all the time.
package struct FaultPlan: Equatable, Sendable {
    /// How long a storm lasts, and the spell after it, in seconds.
    private static let storm = 8.0
    private static let calm = 12.0

    /// The faults, in the order of their times.
    package let faults: [Fault]

    /// Draws a plan.
    ///
    /// - Parameters:
    ///   - seed: The same seed gives the same plan.
    ///   - duration: How long faults begin, in seconds.
    ///   - lease: How long a worker may be silent, in seconds.
    package init(seed: UInt64, duration: Double, lease: Double) {
        var draw = Draw(seed: seed, end: duration)
        for begin in stride(from: 0, to: duration, by: Self.storm + Self.calm) {
            let calm = begin + Self.storm
            draw.series(from: begin, to: calm, every: 0.45...0.95) { draw in
                (draw.isOne(in: 3) ? .killFrontEnd : .killWorker, draw.seconds(0.1...1.5), 0)
            }
            draw.add(.killRedis, at: begin + draw.seconds(0.5...1.5), lasts: draw.seconds(0.2...2))
            draw.add(.killClients, at: begin + draw.seconds(2.5...3.5), lasts: 0)
            draw.add(.killWorker, at: calm + draw.seconds(1...2), lasts: draw.seconds(0.1...1.5))
            draw.add(.stopWorker, at: calm + draw.seconds(2...3), lasts: lease + draw.seconds(1...4))
            draw.add(.stopFrontEnd, at: calm + draw.seconds(3...8), lasts: draw.seconds(0.5...3))
        }
        draw.series(from: 0, to: duration, every: 4...9) { _ in (.flushScripts, 0, 0) }
        draw.series(from: 0, to: duration, every: 3...8) { (.reset, $0.seconds(0.5...2), $0.number(0...20_000)) }
        draw.series(from: 0, to: duration, every: 8...16) { (.blackhole, $0.seconds(1...8), 0) }
        draw.series(from: 0, to: duration, every: 6...12) { (.slow, $0.seconds(1...4), $0.number(500...20_000)) }
        draw.series(from: 0, to: duration, every: 6...12) { (.sliced, $0.seconds(1...4), $0.number(1...64)) }
        faults = draw.faults.sorted { $0.at < $1.at }
    }

    /// What is drawn, and what from.
    private struct Draw {
        var faults: [Fault] = []
        private var generator: SplitMix64
        private let end: Double

        init(seed: UInt64, end: Double) {
            generator = SplitMix64(seed: seed)
            self.end = end
        }

        mutating func seconds(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &generator) }

        mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

        mutating func isOne(in count: Int) -> Bool { number(1...count) == 1 }

        /// Adds a fault, unless the run is over by then.
        mutating func add(_ kind: Fault.Kind, at begin: Double, lasts: Double, size: Int = 0) {
            let pick = number(0...1_000)
            guard begin < end else { return }
            let time = Duration.milliseconds(Int(begin * 1_000))
            let lasts = Duration.milliseconds(Int(lasts * 1_000))
            faults.append(Fault(kind, at: time, lasts: lasts, pick: pick, size: size))
        }

        /// Adds faults with random pauses in between.
        mutating func series(
            from begin: Double,
            to end: Double,
            every pause: ClosedRange<Double>,
            _ make: (inout Draw) -> (Fault.Kind, lasts: Double, size: Int)
        ) {
            var time = begin + seconds(pause)
            while time < end {
                let (kind, lasts, size) = make(&self)
                add(kind, at: time, lasts: lasts, size: size)
                time += seconds(pause)
            }
        }
    }
}
