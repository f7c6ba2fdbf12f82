// The store goes away and comes back.

import LeveeAutoscaler
import LeveeCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct StoreFaultTests {
    @Test("without the store it holds, says how old the figures are, and goes on when it is back")
    func outage() async throws {
        try await withAutoscaler { world, _ in
            world.lead.isAway = true
            world.fleet.workers = 1
            await world.rounds(6)
            #expect(
                Array(world.verdicts.dropFirst())
                    == ["2 s", "4 s", "6 s", "8 s", "10 s"].map { "hold 3: no new figures for \($0)" }
                    + ["hold 3: the figures are 12 s old"]
            )
            #expect(world.reports.count { $0 == .storeAway(.unavailable("gone")) } == 1)
            #expect(world.fleet.told.isEmpty)
            world.lead.isAway = false
            await world.rounds(2)
            #expect(world.fleet.told == [3])
        }
    }

    @Test("a confirmed lead without a reading moves nothing either")
    func noReading() async throws {
        try await withAutoscaler { world, _ in
            world.fleet.isAway = true
            world.fleet.workers = 1
            await world.rounds(3)
            #expect(world.verdicts.last == "hold 3: no new figures for 6 s")
            #expect(world.fleet.told.isEmpty)
            #expect(world.lead.announced.count == 4)
        }
    }

    @Test("a store that never answered is waited for, which is said once")
    func neverThere() async throws {
        try await withAutoscaler(workers: 1, min: 3, prepare: { $0.lead.isAway = true }) { world, _ in
            await world.rounds(3)
            #expect(world.reports.map(\.description) == ["waiting for the store: the store cannot be reached: gone"])
            world.lead.isAway = false
            await world.rounds(1)
            #expect(world.fleet.told == [3])
        }
    }

    @Test("each outage is said")
    func outages() async throws {
        try await withAutoscaler { world, _ in
            for isAway in [true, true, false, true] {
                world.lead.isAway = isAway
                await world.rounds(1)
            }
            #expect(world.reports.count { $0 == .storeAway(.unavailable("gone")) } == 2)
        }
    }

    @Test("a follower says each outage, and afterwards who leads")
    func followersOutages() async throws {
        let prepare = { (world: World) in world.lead.give(to: "other", for: .seconds(3_600)) }
        try await withAutoscaler(prepare: prepare) { world, _ in
            for isAway in [true, true, false, false, true] {
                world.lead.isAway = isAway
                await world.rounds(1)
            }
            let away = AutoscalerReport.storeAway(.unavailable("gone"))
            let other = AutoscalerReport.following(leader: "other")
            #expect(world.reports == [other, away, other, away])
        }
    }
}
