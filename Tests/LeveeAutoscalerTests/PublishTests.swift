// An autoscaler that others go by leads and announces, and leaves the fleet alone.

import LeveeAutoscaler
import LeveeCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PublishTests {
    @Test("the number is announced each round, and the fleet is not touched although it is too small")
    func announces() async throws {
        var seen: World?
        try await withAutoscaler(workers: 1, min: 3, movesFleet: false) { world, _ in
            await world.rounds(5)
            #expect(world.reports.first == .publishing)
            #expect(world.lead.holder == World.name)
            seen = world
        }
        let world = try #require(seen)
        #expect(world.lead.announced.count >= 5)
        #expect(world.lead.announced.allSatisfy { $0.desired == 3 })
        #expect(world.fleet.told.isEmpty)
        #expect(world.lead.resigned == [World.name], "another one need not wait for the end of its lead")
    }
}
