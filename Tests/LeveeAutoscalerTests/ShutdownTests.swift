// How an autoscaler stops.

import LeveeAutoscaler
import LeveeCore
import ServiceLifecycleTestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ShutdownTests {
    @Test("the lead is given up, the workers stay")
    func resigns() async throws {
        var seen: World?
        try await withAutoscaler(workers: 4) { world, _ in
            #expect(world.lead.holder == World.name)
            seen = world
        }
        let world = try #require(seen)
        #expect(world.lead.resigned == [World.name])
        #expect(world.lead.holder == nil)
        #expect(world.fleet.told.isEmpty)
        #expect(world.fleet.workers == 4)
    }

    @Test("the call under way may end, and the lead is kept until then")
    func callEnds() async throws {
        var seen: World?
        try await withAutoscaler(workers: 1, min: 3, prepare: { $0.fleet.isHolding = true }) { world, trigger in
            trigger.triggerGracefulShutdown()
            // Ten seconds are what the call is given, and what a lead lasts that nobody keeps.
            for _ in 0..<9 {
                while world.clock.sleeping < 2 { await Task.yield() }
                world.clock.advance(by: .seconds(1))
                #expect(world.lead.holder == World.name)
            }
            #expect(world.fleet.inside == 1)
            #expect(world.lead.resigned.isEmpty)
            world.fleet.isHolding = false
            seen = world
        }
        let world = try #require(seen)
        #expect(world.reports.last == .moved(desired: 3))
        #expect(world.fleet.workers == 3)
        #expect(world.lead.resigned == [World.name])
    }

    @Test("a call that takes too long is given up")
    func callIsAbandoned() async throws {
        var seen: World?
        try await withAutoscaler(workers: 1, min: 3, prepare: { $0.fleet.isHolding = true }) { world, trigger in
            trigger.triggerGracefulShutdown()
            while world.lead.resigned.isEmpty {
                world.clock.advanceToNext()
                await Task.yield()
            }
            seen = world
        }
        let world = try #require(seen)
        #expect(world.reports.last == .abandoned(desired: 3))
        #expect(world.fleet.workers == 1)
    }

    @Test("a question to the store that is cut off is no fault of the store")
    func questionIsCutOff() async throws {
        var seen: World?
        try await withAutoscaler { world, _ in
            world.fleet.isMute = true
            world.clock.advanceToNext()
            while world.fleet.asking == 0 { await Task.yield() }
            seen = world
        }
        let world = try #require(seen)
        #expect(world.reports.count == 2)
        #expect(world.verdicts.count == 1)
        #expect(world.lead.resigned == [World.name])
    }

    @Test("cancellation ends it too, and the lead is given up all the same")
    func cancellation() async throws {
        let world = World(workers: 3)
        let autoscaler = Autoscaler(
            configuration: AutoscalerConfiguration(
                name: World.name,
                policy: try ScalingPolicy(min: 1, max: 10, slotsPerWorker: 1),
                queues: []
            ),
            inspection: world.fleet,
            lead: world.lead,
            control: world.fleet,
            clock: world.clock,
            logger: quiet,
            report: { world.hear($0) }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await autoscaler.run() }
            await world.quiet()
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(world.lead.resigned == [World.name])
    }
}
