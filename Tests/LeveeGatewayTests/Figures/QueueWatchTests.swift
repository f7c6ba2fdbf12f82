// Tests of what a front end knows of queues: how seldom it asks, and that all callers are answered.

import LeveeCore
import Logging
import Testing

@testable import LeveeGateway

@Suite("Queue watch")
struct QueueWatchTests {
    private let clock = ManualClock(Harness.start)
    private let store: ProbedStore

    init() {
        let clock = clock
        store = ProbedStore(clock: { clock.now + .seconds(7) })
    }

    private func watch() -> QueueWatch {
        let clock = clock
        return QueueWatch(
            inspection: store,
            rules: { QueueRules(name: $0, concurrency: 3) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: { clock.now }
        )
    }

    @Test("asks once for many callers at once", arguments: [ProbedStore.Call.figures, .line])
    func singleFlight(call: ProbedStore.Call) async {
        let gate = Gate()
        store.hold(call, at: gate)
        let watch = watch()
        await withTaskGroup(of: QueueReading?.self) { group in
            for _ in 0..<100 { group.addTask { await watch.reading(of: "q") } }
            await gate.arrival()
            #expect(store.counts[call] == 1)
            gate.open()
            for await reading in group { #expect(reading != nil) }
        }
        #expect(store.counts == [.figures: 1, .line: 1])
    }

    @Test("reads the figures ten times a second at most, the line once")
    func rates() async {
        let watch = watch()
        for _ in 0..<200 {
            _ = await watch.reading(of: "q")
            clock.advance(by: .milliseconds(10))
        }
        #expect(store.counts == [.figures: 20, .line: 2])
    }

    @Test("asks for each queue by itself")
    func separateQueues() async {
        let watch = watch()
        _ = await watch.reading(of: "a")
        _ = await watch.reading(of: "b")
        #expect(store.counts == [.figures: 2, .line: 2])
    }

    @Test("knows the cap of the queue and by how much the store's clock is ahead")
    func surroundings() async {
        let reading = await watch().reading(of: "q")
        #expect(reading?.outlook.concurrency == 3)
        #expect(reading?.clockOffset == .seconds(7))
    }

    @Test("has no reading while there is none to be had", arguments: [ProbedStore.Call.figures, .line])
    func failure(call: ProbedStore.Call) async {
        store.fail(call, with: .unavailable("x"))
        #expect(await watch().reading(of: "q") == nil)
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
