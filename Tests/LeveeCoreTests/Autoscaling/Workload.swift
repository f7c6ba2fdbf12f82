// The loads that the scaling law is tried with.

import Foundation
import LeveeCore
import LeveeTestSupport
import Testing

/// Jobs that come at a rate, in bursts, and take their time; all by the second since the start.
struct Workload: Sendable, CustomTestStringConvertible {
    var name: String
    /// How long the simulation runs, in seconds.
    var length = 600.0
    /// Jobs a second, as Poisson arrivals.
    var rate: @Sendable (Double) -> Double = { _ in 0 }
    var highestRate = 0.0
    var bursts: [(time: Double, jobs: Int)] = []
    /// The mean service time in seconds of a job that starts at a time.
    var service: @Sendable (Double) -> Double = { _ in 1 }
    var hasExponentialService = true
    /// When the load takes the form that the law has to settle on.
    var changesAt = 0.0
    var targetWait = 30.0
    var assumedService = 1.0
    var min = 1
    var max = 200
    var slotsPerWorker = 2

    var testDescription: String { name }

    func policy() throws -> ScalingPolicy {
        try ScalingPolicy(
            min: min,
            max: max,
            slotsPerWorker: slotsPerWorker,
            targetWait: .milliseconds(Int64(targetWait * 1_000)),
            assumedService: .milliseconds(Int64(assumedService * 1_000))
        )
    }

    /// The moments at which jobs come, in order: Poisson arrivals, thinned from the highest rate, and the bursts.
    func arrivals(using generator: inout SeededGenerator) -> [Double] {
        var times = bursts.flatMap { burst in Array(repeating: burst.time, count: burst.jobs) }
        var time = 0.0
        while highestRate > 0 {
            time += Self.exponential(mean: 1 / highestRate, using: &generator)
            if time > length { break }
            if Double.random(in: 0..<highestRate, using: &generator) < rate(time) { times.append(time) }
        }
        return times.sorted()
    }

    func serviceTime(at time: Double, using generator: inout SeededGenerator) -> Double {
        let mean = service(time)
        return hasExponentialService ? Self.exponential(mean: mean, using: &generator) : mean
    }

    private static func exponential(mean: Double, using generator: inout SeededGenerator) -> Double {
        -mean * log(1 - Double.random(in: 0..<1, using: &generator))
    }
}

extension Workload {
    static func constant(_ rate: Double, of service: Double) -> Workload {
        Workload(
            name: "constant \(rate)/s of \(service) s",
            length: 1_800,
            rate: { _ in rate },
            highestRate: rate,
            service: { _ in service },
            targetWait: Swift.max(30, 3 * service),
            assumedService: service
        )
    }

    static func step(to rate: Double, of service: Double, isExponential: Bool = true) -> Workload {
        Workload(
            name: "step to \(rate)/s of \(service) s",
            rate: { $0 < 120 ? rate / 10 : rate },
            highestRate: rate,
            service: { _ in service },
            hasExponentialService: isExponential,
            changesAt: 120,
            targetWait: Swift.max(30, 3 * service),
            assumedService: service
        )
    }

    static let ramp = Workload(
        name: "ramp from 0 to 20/s in five minutes",
        rate: { Swift.min(20, $0 / 15) },
        highestRate: 20,
        changesAt: 300
    )

    static let sine = Workload(
        name: "sine between 2/s and 18/s in ten minutes",
        length: 1_800,
        rate: { 10 - 8 * cos($0 / 600 * 2 * .pi) },
        highestRate: 18
    )

    static let burst = Workload(name: "burst of 600 jobs", bursts: [(60, 600)], changesAt: 60)

    static let burstOnLoad = Workload(
        name: "burst of 600 jobs on 5/s",
        rate: { _ in 5 },
        highestRate: 5,
        bursts: [(180, 600)],
        changesAt: 180
    )

    static let slower = Workload(
        name: "jobs ten times slower",
        length: 900,
        rate: { _ in 4 },
        highestRate: 4,
        service: { $0 < 240 ? 0.5 : 5 },
        changesAt: 240,
        assumedService: 0.5
    )

    /// More work than the fleet may be large.
    static let bounded = Workload(
        name: "more than three workers can do",
        length: 300,
        rate: { _ in 10 },
        highestRate: 10,
        min: 2,
        max: 3
    )

    static let nothing = Workload(name: "nothing", min: 0)

    /// Loads that rise to a height and stay.
    static let steps = [
        step(to: 50, of: 0.1), step(to: 10, of: 1), step(to: 10, of: 1, isExponential: false), step(to: 4, of: 5),
        step(to: 1, of: 30), ramp,
    ]
    static let steady = [constant(20, of: 0.1), constant(5, of: 1), constant(1, of: 5), constant(0.3, of: 30)]
    static let all = steps + steady + [sine, burst, burstOnLoad, slower, nothing]
}
