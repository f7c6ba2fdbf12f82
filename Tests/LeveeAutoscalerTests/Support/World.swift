// What the tests of the autoscaler share: an autoscaler that runs for the length of a test, with all that is around it.

import LeveeAutoscaler
import LeveeCore
import Logging
import ServiceLifecycleTestKit
import Synchronization

/// The clock, the lead, the fleet, and what the autoscaler says.
final class World: Sendable {
    /// The name of the autoscaler.
    static let name = "this"

    let clock: ManualClock
    let lead: FakeLead
    let fleet: FakeFleet
    private let heard = Mutex<[AutoscalerReport]>([])

    init(workers: Int) {
        clock = ManualClock()
        lead = FakeLead(clock: clock)
        fleet = FakeFleet(clock: clock, workers: workers)
    }

    /// Everything that was reported.
    var reports: [AutoscalerReport] { heard.withLock { $0 } }

    /// The verdicts among the reports, in words.
    var verdicts: [String] {
        reports.compactMap { report in
            guard case .verdict(let verdict) = report else { return nil }
            return verdict.reason
        }
    }

    func hear(_ report: AutoscalerReport) { heard.withLock { $0.append(report) } }

    /// Waits until the autoscaler sleeps and no call is under way but one that is held.
    func quiet() async {
        while clock.sleeping == 0 || !isFleetQuiet { await Task.yield() }
    }

    /// Lets the first round end, or some more.
    func rounds(_ count: Int) async {
        await quiet()
        for _ in 0..<count {
            clock.advanceToNext()
            await quiet()
        }
    }

    private var isFleetQuiet: Bool {
        let begun = reports.count { if case .moving = $0 { true } else { false } }
        let ended = reports.count {
            switch $0 {
            case .moved, .failed, .abandoned: true
            default: false
            }
        }
        return ended == begun || (fleet.isHolding && fleet.inside == 1)
    }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Runs an autoscaler while `body` runs, then shuts it down.
func withAutoscaler(
    workers: Int = 3,
    min: Int = 1,
    max: Int = 10,
    isDryRun: Bool = false,
    movesFleet: Bool = true,
    prepare: (World) -> Void = { _ in },
    _ body: (World, GracefulShutdownTestTrigger) async throws -> Void
) async throws {
    let world = World(workers: workers)
    prepare(world)
    let autoscaler = Autoscaler(
        configuration: AutoscalerConfiguration(
            name: World.name,
            policy: try ScalingPolicy(min: min, max: max, slotsPerWorker: 1),
            queues: [QueueRules(name: "default")],
            isDryRun: isDryRun,
            movesFleet: movesFleet
        ),
        inspection: world.fleet,
        lead: world.lead,
        control: world.fleet,
        clock: world.clock,
        logger: quiet,
        report: { world.hear($0) }
    )
    try await testGracefulShutdown { trigger in
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await autoscaler.run() }
            do {
                await world.quiet()
                try await body(world, trigger)
            } catch {
                group.cancelAll()
                throw error
            }
            trigger.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }
}
