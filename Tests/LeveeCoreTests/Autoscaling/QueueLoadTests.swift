// What the autoscaler makes of a queue's figures.

import LeveeCore
import Testing

@Suite struct QueueLoadTests {
    @Test func itSumsThePriorities() {
        let figures = QueueFigures(
            entered: [10, 20, 30],
            left: [9, 18, 27],
            stale: [0, 1, 0],
            suspect: 1,
            scheduled: 100,
            running: 4,
            isPaused: true,
            service: DurationCounts(total: .seconds(70))
        )
        let load = QueueLoad(figures, due: 2, concurrency: 8)
        let expected = QueueLoad(
            ready: 8,
            inFlight: 4,
            entered: 60,
            ended: 50,
            busy: .seconds(70),
            concurrency: 8,
            isPaused: true
        )
        #expect(load == expected)
    }

    @Test func totalsLeaveOutWhatIsPausedButNotWhatRuns() {
        let figures = ScalingFigures(
            time: Timestamp(milliseconds: 0),
            queues: [
                "open": QueueLoad(ready: 3, inFlight: 1), "paused": QueueLoad(ready: 40, inFlight: 2, isPaused: true),
            ],
            workers: 1
        )
        #expect(figures.ready == 3)
        #expect(figures.inFlight == 3)
    }
}
