// A dry run shows what would be done, and is noticed by nobody.

import LeveeAutoscaler
import LeveeCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DryRunTests {
    @Test("nothing is touched, beside a leader too, and each line says what would be done with the fleet as it is")
    func touchesNothing() async throws {
        let prepare = { (world: World) in world.lead.give(to: "other", for: .seconds(3_600)) }
        var seen: World?
        try await withAutoscaler(workers: 1, min: 3, isDryRun: true, prepare: prepare) { world, _ in
            await world.rounds(3)
            #expect(world.reports.first == .rehearsing)
            #expect(world.verdicts.count == 4)
            #expect(world.verdicts.allSatisfy { $0.hasPrefix("up 1 -> 3: ") })
            world.fleet.workers = 4
            await world.rounds(1)
            #expect(world.verdicts.last?.hasPrefix("hold 4: ") == true)
            seen = world
        }
        let world = try #require(seen)
        #expect(world.fleet.told.isEmpty)
        #expect(world.lead.asked.isEmpty)
        #expect(world.lead.announced.isEmpty)
        #expect(world.lead.resigned.isEmpty)
    }

    @Test("a store that is away is held through and waited for")
    func outage() async throws {
        try await withAutoscaler(isDryRun: true) { world, _ in
            world.fleet.isAway = true
            await world.rounds(1)
            #expect(world.verdicts.last == "hold 3: no new figures for 2 s")
            world.fleet.isAway = false
            await world.rounds(1)
            #expect(world.verdicts.last?.hasPrefix("hold 3: 0 jobs wait") == true)
        }
    }
}
