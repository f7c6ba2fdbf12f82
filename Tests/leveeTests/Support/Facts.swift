// A job as the store would show it, for tests of what is said of it.

import LeveeCore

@testable import levee

/// A job and what surrounds it; every part can be changed.
struct FactsBuilder {
    static let now = Timestamp(milliseconds: 1_800_000_000_000)

    var state: JobState
    var stalls = 0
    var failures = 0
    var cause = HistoryEntry.Cause.submit
    var note: String?
    var place = JobPlace(time: now, version: 3, startBy: now + .seconds(7_200))
    var queue = QueueOverview(name: "default", figures: QueueFigures())
    var workers: [WorkerOverview] = []
    var cap: Int?
    var adjust: (inout JobRecord) -> Void = { _ in }

    init(_ state: JobState) { self.state = state }

    static func worker(_ name: String = "w1", running: Int = 0, isDraining: Bool = false) -> WorkerOverview {
        WorkerOverview(
            name: name,
            host: "north",
            processID: 12,
            slots: 4,
            queues: ["default"],
            running: (0..<running).map { JobID(trusted: "x\($0)") },
            isDraining: isDraining,
            startedAt: now + .seconds(-60),
            seenAt: now + .seconds(-1)
        )
    }

    var explanation: JobExplanation {
        let changed = Self.now + .seconds(-3)
        var record = JobRecord(
            id: JobID(trusted: "00abc"),
            type: "echo",
            queue: "default",
            priority: .normal,
            state: state,
            version: 3,
            attempt: state == .running ? failures + 1 : failures,
            failures: failures,
            stalls: stalls,
            maxAttempts: 3,
            ticket: 1,
            createdAt: Self.now + .seconds(-90),
            updatedAt: changed,
            expiresAt: Self.now + .seconds(90_000)
        )
        adjust(&record)
        return JobExplanation(
            JobFacts(
                record: record,
                history: [HistoryEntry(version: 3, state: state, at: changed, cause: cause, note: note)],
                place: place,
                overview: FleetOverview(time: Self.now, queues: [queue], workers: workers),
                cap: cap
            )
        )
    }
}
