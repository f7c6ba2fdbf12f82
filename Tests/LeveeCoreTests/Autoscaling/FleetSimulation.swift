// A queue and a fleet of workers in simulated time: what the scaling law is tried on.

import LeveeCore
import LeveeTestSupport

/// A discrete-event model: jobs wait in one line, workers take two seconds to start, and drain before they stop.
struct FleetSimulation {
    static let boot = 2.0
    static let interval = 2.0

    private enum Event {
        case arrival
        case finish(worker: Int, took: Double)
        case ready(worker: Int)
        case reading
    }

    private struct Worker {
        var running = 0
        var isStarted = false
        var isDraining = false
    }

    private let workload: Workload
    private var law: ScalingLaw
    private var generator: SeededGenerator
    private var agenda = EventQueue<Event>()
    private var workers: [Worker]
    private var line: [Double] = []
    private var served = 0
    private var load = QueueLoad()
    private var trace = ScalingTrace()

    private init(_ workload: Workload, seed: UInt64, workers: Int) throws {
        self.workload = workload
        law = ScalingLaw(policy: try workload.policy())
        generator = SeededGenerator(seed: seed)
        self.workers = Array(repeating: Worker(isStarted: true), count: workers)
    }

    /// Runs a load from its beginning to its end.
    static func run(_ workload: Workload, seed: UInt64, workers: Int = 1) throws -> ScalingTrace {
        var simulation = try FleetSimulation(workload, seed: seed, workers: workers)
        simulation.run()
        return simulation.trace
    }

    private mutating func run() {
        let arrivals = workload.arrivals(using: &generator)
        if let first = arrivals.first { agenda.add(.arrival, at: first) }
        agenda.add(.reading, at: Self.interval)
        while let (time, event) = agenda.next(), time <= workload.length {
            switch event {
            case .arrival:
                line.append(time)
                load.entered += 1
                if load.entered < arrivals.count { agenda.add(.arrival, at: arrivals[load.entered]) }
            case .finish(let worker, let took):
                workers[worker].running -= 1
                load.inFlight -= 1
                load.ended += 1
                load.busy += .milliseconds(Int64(took * 1_000))
            case .ready(let worker):
                workers[worker].isStarted = true
            case .reading:
                decide(at: time)
                agenda.add(.reading, at: time + Self.interval)
            }
            dispatch(at: time)
        }
    }

    /// Gives waiting jobs to free slots, first come, first served.
    private mutating func dispatch(at time: Double) {
        guard served < line.count else { return }
        for index in workers.indices where workers[index].isStarted && !workers[index].isDraining {
            while served < line.count, workers[index].running < workload.slotsPerWorker {
                trace.waits.append((started: time, wait: time - line[served]))
                served += 1
                workers[index].running += 1
                load.inFlight += 1
                let took = workload.serviceTime(at: time, using: &generator)
                agenda.add(.finish(worker: index, took: took), at: time + took)
            }
        }
    }

    private mutating func decide(at time: Double) {
        load.ready = line.count - served
        let oldest = served < line.count ? time - line[served] : nil
        let figures = ScalingFigures(
            time: Timestamp(milliseconds: Int64(time * 1_000)),
            queues: ["jobs": load],
            oldestReady: oldest.map { .milliseconds(Int64($0 * 1_000)) },
            workers: workers.count { !$0.isDraining }
        )
        let verdict = law.decide(figures)
        let service = workload.service(time)
        let steady = workload.rate(time) * service / law.policy.utilization
        let draining = Double(load.ready) * service / workload.targetWait
        trace.rows.append(
            ScalingTrace.Row(
                time: time,
                figures: figures,
                verdict: verdict,
                steadySlots: steady,
                idealSlots: steady + draining
            )
        )
        scale(to: verdict.desired, at: time)
    }

    private mutating func scale(to desired: Int, at time: Double) {
        var live = workers.indices.filter { !workers[$0].isDraining }
        while live.count < desired {
            agenda.add(.ready(worker: workers.count), at: time + Self.boot)
            live.append(workers.count)
            workers.append(Worker())
        }
        let victims = live.sorted { (workers[$0].running, -$0) < (workers[$1].running, -$1) }.prefix(
            live.count - desired
        )
        for victim in victims { workers[victim].isDraining = true }
    }
}
