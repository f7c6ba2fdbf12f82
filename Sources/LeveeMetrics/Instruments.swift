// What swift-metrics records into: numbers behind atomics, and histograms behind a lock of their own.

import CoreMetrics
import Synchronization

/// Only grows.
final class CountingInstrument: CounterHandler {
    private let count = Atomic<Int64>(0)

    var value: Double { Double(count.load(ordering: .relaxed)) }

    func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }

    func reset() { count.store(0, ordering: .relaxed) }
}

/// Rises and falls.
final class LevelInstrument: MeterHandler, RecorderHandler {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func increment(by amount: Double) {
        var known = bits.load(ordering: .relaxed)
        while true {
            let changed = (Double(bitPattern: known) + amount).bitPattern
            let exchange = bits.compareExchange(expected: known, desired: changed, ordering: .relaxed)
            if exchange.exchanged { return }
            known = exchange.original
        }
    }

    func decrement(by amount: Double) { increment(by: -amount) }

    func record(_ value: Int64) { set(value) }

    func record(_ value: Double) { set(value) }
}

/// Counts values by their size.
final class HistogramInstrument: TimerHandler, RecorderHandler {
    /// For times, in seconds: from what a request takes to what a long job does.
    static let seconds = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800,
    ]
    /// For numbers of which nothing is known.
    static let powersOfTen = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

    private let reading: Mutex<MetricsText.Histogram>

    init(bounds: [Double]) {
        let counts = [Int](repeating: 0, count: bounds.count + 1)
        reading = Mutex(MetricsText.Histogram(bounds: bounds, counts: counts, sum: 0))
    }

    /// Sum and counts of the same moment.
    var histogram: MetricsText.Histogram { reading.withLock { $0 } }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        reading.withLock { reading in
            let index = reading.bounds.firstIndex { value <= $0 } ?? reading.bounds.count
            reading.counts[index] += 1
            reading.sum += value
        }
    }
}
