// A queue, its workers and the clients that poll as they are told, in simulated time: what the hints are tried on.

import LeveeCore
import LeveeTestSupport

/// A discrete-event model of one queue. The front end's view of it is as old as a real one's: figures up to 100 ms, the
/// line up to a second.
struct HintSimulation {
    private enum Event {
        case arrival(Int)
        case end(Int)
        case poll(Int)
        case fleet(slots: Int)
    }

    private struct Job {
        var kind: HintWorkload.Kind
        var record: JobRecord
        var length: Double
        var end: Double?
    }

    private static let figuresLife = 0.1
    private static let lineLife = 1.0

    private var generator: SeededGenerator
    private var agenda = EventQueue<Event>()
    private var jobs: [Job] = []
    private var lists: [[Int]] = [[], [], []]
    private var figures = QueueFigures()
    private var slots = 0
    private var seen: (figures: QueueFigures, at: Double)?
    private var seenLine: (line: QueueLine, at: Double)?
    private var trace = HintTrace()

    private init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// Runs a workload until all its jobs have ended and their clients know.
    static func run(_ workload: HintWorkload, seed: UInt64) -> HintTrace {
        var simulation = HintSimulation(seed: seed)
        simulation.run(workload)
        return simulation.trace
    }

    private mutating func run(_ workload: HintWorkload) {
        for step in workload.fleet { agenda.add(.fleet(slots: step.slots), at: step.time) }
        for (number, arrival) in workload.arrivals(&generator).enumerated() {
            jobs.append(job(number, arrival.kind))
            agenda.add(.arrival(number), at: arrival.time)
        }
        while let (time, event) = agenda.next() {
            switch event {
            case .fleet(let number): slots = number
            case .arrival(let number): enqueue(number, at: time)
            case .end(let number): settle(number, at: time)
            case .poll(let number): poll(number, at: time)
            }
            dispatch(at: time)
        }
        trace.sum(up: jobs.map { $0.end ?? 0 })
    }

    private mutating func job(_ number: Int, _ kind: HintWorkload.Kind) -> Job {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
        let id = String((0..<6).map { _ in alphabet[Int.random(in: 0..<32, using: &generator)] })
        let record = JobRecord(
            id: JobID(trusted: id),
            type: kind.type,
            queue: "jobs",
            priority: kind.priority,
            state: .queued,
            version: 1,
            maxAttempts: 1,
            ticket: 0,
            createdAt: Self.stamp(0),
            updatedAt: Self.stamp(0),
            expiresAt: Self.stamp(1e6)
        )
        return Job(kind: kind, record: record, length: max(0.001, kind.length(&generator)))
    }

    // MARK: The store

    private mutating func enqueue(_ number: Int, at time: Double) {
        let priority = jobs[number].record.priority.rawValue
        figures.entered[priority] += 1
        jobs[number].record.ticket = figures.entered[priority]
        jobs[number].record.updatedAt = Self.stamp(time)
        lists[priority].append(number)
        agenda.add(.poll(number), at: time)
    }

    private mutating func dispatch(at time: Double) {
        for priority in lists.indices {
            while figures.running < slots, figures.left[priority] < lists[priority].count {
                let number = lists[priority][figures.left[priority]]
                figures.left[priority] += 1
                figures.running += 1
                jobs[number].record.state = .running
                jobs[number].record.claimedAt = Self.stamp(time)
                agenda.add(.end(number), at: time + jobs[number].length)
            }
        }
    }

    private mutating func settle(_ number: Int, at time: Double) {
        figures.running -= 1
        jobs[number].end = time
        let held = Self.stamp(time) - (jobs[number].record.claimedAt ?? Self.stamp(time))
        figures.runs[jobs[number].record.type, default: MeanRun()].add(held)
    }

    // MARK: The front end and its clients

    private mutating func poll(_ number: Int, at time: Double) {
        if let end = jobs[number].end {
            trace.late.append(time - end)
            return
        }
        let hint = RetryAfter.hint(for: jobs[number].record, in: outlook(at: time), now: Self.stamp(time)).seconds
        trace.answers.append((job: number, at: time, hint: hint))
        agenda.add(.poll(number), at: time + Double(hint))
    }

    private mutating func outlook(at time: Double) -> QueueOutlook {
        if seen.map({ time - $0.at >= Self.figuresLife }) ?? true { seen = (figures, time) }
        if seenLine.map({ time - $0.at >= Self.lineLife }) ?? true { seenLine = (line(at: time), time) }
        return QueueOutlook(figures: seen?.figures ?? figures, line: seenLine?.line ?? line(at: time))
    }

    private func line(at time: Double) -> QueueLine {
        let stretches = lists.indices.map { priority in
            let left = figures.left[priority]
            let length = lists[priority].count - left
            let types = QueueLine.sample(of: length).map { jobs[lists[priority][left + $0]].record.type }
            return QueueLine.Stretch(left: left, length: length, types: types)
        }
        return QueueLine(time: Self.stamp(time), slots: slots, stretches: stretches)
    }

    private static func stamp(_ time: Double) -> Timestamp { Timestamp(milliseconds: Int64(time * 1_000)) }
}

/// What clients were told, and what was true.
struct HintTrace {
    var answers: [(job: Int, at: Double, hint: Int)] = []
    /// How long after the end of each job its client knew, in seconds.
    var late: [Double] = []
    /// How far each hint was off, in seconds, and the truth: the time from the answer to the end of the job.
    private(set) var errors: [(off: Double, truth: Double)] = []

    mutating func sum(up ends: [Double]) {
        errors = answers.map { answer in
            let truth = ends[answer.job] - answer.at
            return (abs(Double(answer.hint) - truth), truth)
        }
    }

    /// The median of how far hints were off, in seconds.
    var medianOff: Double { Self.median(errors.map(\.off)) }
    /// The median of how far hints were off, as a share of the truth.
    var medianShare: Double { Self.median(errors.map { $0.off / max($0.truth, 0.001) }) }
    /// The median of how far hints were off, as a share of what they may be: half the truth, or two seconds.
    var medianOfAllowed: Double { Self.median(errors.map { $0.off / max($0.truth / 2, 2) }) }
    /// The share of hints that were off by no more than half the truth, or two seconds.
    var withinAllowed: Double { Double(errors.count { $0.off <= max($0.truth / 2, 2) }) / Double(errors.count) }
    var medianLate: Double { Self.median(late) }
    var pollsPerJob: Double { Double(answers.count) / Double(max(1, late.count)) }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
