// Which faults come when: drawn from a seed, before the run begins.

import LeveeLoad

/// Which faults there are to be in a run.
package enum FaultChoice: String, CaseIterable, Sendable {
    case all
    /// None but that workers are told to end, one after the other, as when a new version is rolled out.
    case drains
    case none
}

/// A sequence of faults.
///
/// Storms, in which processes are killed about once a second and Redis once, take turns with spells in which Redis stays, so
/// that lost jobs have to be reclaimed in time, and a worker sleeps past its lease while others live on: it comes back to jobs
/// that are another's; two more are told to end. Redis has one more trouble in each storm and in most spells, dealt like cards, so that all have come
/// after six rounds. Faults of the network come all the time but in the spells in which Redis has none: there nothing excuses a
/// job that is reclaimed late.
package struct FaultPlan: Equatable, Sendable {
    /// How long a storm lasts, and the spell after it, in seconds.
    private static let storm = 8.0
    private static let calm = 12.0
    /// What Redis has to bear in a storm, in seconds.
    private static let brief: [Trouble] = [(.busyRedis, 1...2.5), (.reloadRedis, 1...2), (.stopRedis, 1...2.5)]
    /// How Redis ends in a storm, and how long it stays away then, in seconds.
    private static let ends: [Trouble] = [(.killRedis, 0.2...2), (.tearFile, 0.2...2)]

    private typealias Trouble = (kind: Fault.Kind, lasts: ClosedRange<Double>)

    /// The faults, in the order of their times.
    package let faults: [Fault]

    /// Draws a plan.
    ///
    /// - Parameters:
    ///   - choice: What there is to be in it.
    ///   - seed: The same seed gives the same plan.
    ///   - duration: How long faults begin, in seconds.
    ///   - lease: How long a worker may be silent, in seconds.
    package init(_ choice: FaultChoice = .all, seed: UInt64, duration: Double, lease: Double) {
        var draw = Draw(seed: seed, end: duration)
        switch choice {
        case .all: Self.fill(&draw, duration: duration, lease: lease)
        case .drains:
            draw.series(from: 0, to: duration, every: 2...4) { draw in
                (draw.isOne(in: 3) ? .retireWorker : .drainWorker, 0, 0)
            }
        case .none: break
        }
        faults = draw.faults.sorted { $0.at < $1.at }
    }

    /// How many there are of each kind.
    package var counts: [String: Int] {
        Dictionary(faults.map { ($0.kind.rawValue, 1) }, uniquingKeysWith: +)
    }

    private static func fill(_ draw: inout Draw, duration: Double, lease: Double) {
        var ends = Deck(Self.ends)
        var brief = Deck(Self.brief)
        var long = Deck<Trouble?>([
            (.stopRedis, lease + 0.5...lease + 3), (.fillRedis, 7...10), (.clockForward, 5...8), (.clockBack, 5...8),
            nil, nil,
        ])
        var quiet: [Range<Double>] = []
        // An hour, and more than the run will take: then each time by the clock of Redis is that of one moment.
        let jump = max(3_600, Int(duration) + 1_200)
        for begin in stride(from: 0, to: duration, by: Self.storm + Self.calm) {
            let calm = begin + Self.storm
            draw.series(from: begin, to: calm, every: 0.45...0.95) { draw in
                (draw.isOne(in: 3) ? .killFrontEnd : .killWorker, draw.seconds(0.1...1.5), 0)
            }
            let end = ends.deal(&draw)
            draw.add(
                end.kind,
                at: begin + draw.seconds(0.5...1.5),
                lasts: draw.seconds(end.lasts),
                size: draw.number(1...99)
            )
            draw.add(.killClients, at: begin + draw.seconds(2.5...3.5), lasts: 0)
            let trouble = brief.deal(&draw)
            draw.add(trouble.kind, at: begin + draw.seconds(3.6...4), lasts: draw.seconds(trouble.lasts))
            if let trouble = long.deal(&draw) {
                draw.add(
                    trouble.kind,
                    at: calm + draw.seconds(0.5...1.5),
                    lasts: draw.seconds(trouble.lasts),
                    size: jump
                )
            } else {
                quiet.append(calm - 2..<calm + Self.calm)
            }
            draw.add(.killWorker, at: calm + draw.seconds(1...2), lasts: draw.seconds(0.1...1.5))
            draw.add(.stopWorker, at: calm + draw.seconds(2...3), lasts: lease + draw.seconds(1...4))
            draw.add(.drainWorker, at: calm + draw.seconds(4...5), lasts: 0)
            draw.add(.retireWorker, at: calm + draw.seconds(8...9), lasts: 0)
            draw.add(.stopFrontEnd, at: calm + draw.seconds(3...8), lasts: draw.seconds(0.5...3))
        }
        draw.series(from: 0, to: duration, every: 4...9) { _ in (.flushScripts, 0, 0) }
        draw.quiet = quiet
        draw.series(from: 0, to: duration, every: 3...8) { (.reset, $0.seconds(0.5...2), $0.number(0...20_000)) }
        draw.series(from: 0, to: duration, every: 8...16) { (.blackhole, $0.seconds(1...8), 0) }
        draw.series(from: 0, to: duration, every: 6...12) { (.slow, $0.seconds(1...4), $0.number(500...20_000)) }
        draw.series(from: 0, to: duration, every: 6...12) { (.sliced, $0.seconds(1...4), $0.number(1...64)) }
    }

    /// Deals its cards in random order, and all of them before it deals one again.
    private struct Deck<Card> {
        private let cards: [Card]
        private var rest: [Card] = []

        init(_ cards: [Card]) {
            self.cards = cards
        }

        mutating func deal(_ draw: inout Draw) -> Card {
            if rest.isEmpty { rest = cards }
            return rest.remove(at: draw.number(0...rest.count - 1))
        }
    }

    /// What is drawn, and what from.
    private struct Draw {
        var faults: [Fault] = []
        /// When no fault is added.
        var quiet: [Range<Double>] = []
        private var generator: SplitMix64
        private let end: Double

        init(seed: UInt64, end: Double) {
            generator = SplitMix64(seed: seed)
            self.end = end
        }

        mutating func seconds(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &generator) }

        mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

        mutating func isOne(in count: Int) -> Bool { number(1...count) == 1 }

        /// Adds a fault, unless the run is over by then, or it is to be quiet.
        mutating func add(_ kind: Fault.Kind, at begin: Double, lasts: Double, size: Int = 0) {
            let pick = number(0...1_000)
            guard begin < end, !quiet.contains(where: { $0.contains(begin) }) else { return }
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
