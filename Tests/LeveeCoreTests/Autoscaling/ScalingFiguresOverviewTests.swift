// How a reading for the scaling law is made from an overview.

import LeveeCore
import Testing

@Suite struct ScalingFiguresOverviewTests {
    private let now = Timestamp(milliseconds: 1_000_000)

    private func worker(_ name: String, _ queues: [String], isDraining: Bool = false) -> WorkerOverview {
        WorkerOverview(
            name: name,
            host: "a",
            processID: 1,
            slots: 4,
            queues: queues,
            isDraining: isDraining,
            startedAt: now,
            seenAt: now
        )
    }

    @Test func onlyWhatTheFleetServesCounts() {
        let overview = FleetOverview(
            time: now,
            queues: [
                QueueOverview(
                    name: "films",
                    figures: QueueFigures(entered: [0, 9, 0], left: [0, 4, 0], running: 3),
                    oldestReady: now - .seconds(7),
                    due: 2,
                    nextDue: now + .seconds(1)
                ),
                QueueOverview(
                    name: "paused",
                    figures: QueueFigures(entered: [0, 5, 0], isPaused: true),
                    oldestReady: now - .seconds(500),
                    nextDue: now
                ),
                QueueOverview(
                    name: "foreign",
                    figures: QueueFigures(entered: [0, 8, 0]),
                    oldestReady: now - .seconds(900),
                    nextDue: now
                ),
            ],
            workers: [
                worker("w1", ["films", "paused"]), worker("w2", ["films"], isDraining: true), worker("x", ["foreign"]),
            ],
            autoscaler: AutoscalerOverview(manualTarget: 3)
        )
        let rules = [QueueRules(name: "films", concurrency: 8), QueueRules(name: "paused")]
        let figures = ScalingFigures(overview, serving: rules, age: .seconds(2))
        #expect(figures.queues.keys.sorted() == ["films", "paused"])
        #expect(figures.queues["films"]?.ready == 7)
        #expect(figures.queues["films"]?.concurrency == 8)
        #expect(figures.ready == 7)
        #expect(figures.oldestReady == .seconds(7))
        #expect(figures.workers == 1)
        #expect(figures.manualTarget == 3)
        #expect(figures.nextDue == now + .seconds(1))
        #expect((figures.time, figures.age) == (now, .seconds(2)))
    }
}

extension Timestamp {
    fileprivate static func - (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds - duration.milliseconds)
    }
}
