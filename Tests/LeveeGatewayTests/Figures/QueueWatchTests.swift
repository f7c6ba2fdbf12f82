// Tests of the figures that a front end keeps: how seldom it asks, and that all callers are answered.

import LeveeCore
import Logging
import Testing

@testable import LeveeGateway

@Suite("Queue watch")
struct QueueWatchTests {
    private let store = ProbedStore(clock: { Harness.start })

    private func watch() -> QueueWatch {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return QueueWatch(inspection: store, logger: logger, now: { Harness.start })
    }

    @Test("asks once for many callers at once")
    func singleFlight() async {
        let gate = Gate()
        store.hold(.figures, at: gate)
        let watch = watch()
        await withTaskGroup(of: QueueReading?.self) { group in
            for _ in 0..<100 { group.addTask { await watch.reading(of: "q") } }
            await gate.arrival()
            #expect(store.counts[.figures] == 1)
            gate.open()
            for await reading in group { #expect(reading != nil) }
        }
    }

    @Test("asks for each queue by itself")
    func separateQueues() async {
        let watch = watch()
        _ = await watch.reading(of: "a")
        _ = await watch.reading(of: "b")
        #expect(store.counts[.figures] == 2)
    }

    @Test("has no figures while they cannot be had")
    func failure() async {
        store.fail(.figures, with: .unavailable("x"))
        let watch = watch()
        #expect(await watch.reading(of: "q") == nil)
    }

    @Test("gives a value for as long as it is good, and then a new one")
    func freshness() async throws {
        let lasting = SharedReading<Int>(life: .seconds(3_600), now: WallClock.now)
        #expect(await lasting.value { 1 } == 1)
        #expect(await lasting.value { 2 } == 1)
        let fleeting = SharedReading<Int>(life: .zero, now: WallClock.now)
        #expect(await fleeting.value { 1 } == 1)
        #expect(await fleeting.value { 2 } == 2)
    }
}
