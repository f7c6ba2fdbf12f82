// Who moves the fleet: the one that leads, and nobody else.

import LeveeAutoscaler
import LeveeCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LeadTests {
    @Test("the leader moves the fleet and tells everybody")
    func leader() async throws {
        try await withAutoscaler(workers: 1, min: 3) { world, _ in
            #expect(world.fleet.told == [3])
            #expect(world.reports.first == .leading)
            #expect(world.verdicts.first?.hasPrefix("up 1 -> 3: ") == true)
            #expect(world.lead.announced.map(\.desired) == [3])
            await world.rounds(2)
            #expect(world.fleet.told == [3])
            #expect(world.verdicts.count == 3)
            #expect(world.lead.announced.count == 3)
        }
    }

    @Test("a load that asks for more gets more")
    func growth() async throws {
        try await withAutoscaler(workers: 1) { world, _ in
            world.fleet.ready = 150
            await world.rounds(2)
            #expect(world.fleet.told == [5])
        }
    }

    @Test("workers that drain do not count")
    func draining() async throws {
        try await withAutoscaler(workers: 2, min: 3, prepare: { $0.fleet.draining = 1 }) { world, _ in
            #expect(world.fleet.told == [3])
        }
    }

    @Test("whoever does not lead decides nothing, moves nothing, tells nothing, and says so once")
    func follower() async throws {
        let prepare = { (world: World) in world.lead.give(to: "other", for: .seconds(3_600)) }
        try await withAutoscaler(workers: 1, min: 3, prepare: prepare) { world, _ in
            await world.rounds(5)
            #expect(world.reports == [.following(leader: "other")])
            #expect(world.fleet.told.isEmpty)
            #expect(world.lead.announced.isEmpty)
            #expect(world.lead.asked.count == 6)
        }
    }

    @Test("it takes over when the leader resigns")
    func resignation() async throws {
        let prepare = { (world: World) in world.lead.give(to: "other", for: .seconds(3_600)) }
        try await withAutoscaler(workers: 1, min: 3, prepare: prepare) { world, _ in
            try await world.lead.resign(as: "other")
            await world.rounds(1)
            #expect(world.reports.prefix(2) == [.following(leader: "other"), .leading])
            #expect(world.fleet.told == [3])
        }
    }

    @Test("it takes over when the lead of a dead leader ends, not before")
    func end() async throws {
        let prepare = { (world: World) in world.lead.give(to: "other", for: .seconds(9)) }
        try await withAutoscaler(workers: 1, min: 3, prepare: prepare) { world, _ in
            await world.rounds(4)
            #expect(world.fleet.told.isEmpty)
            await world.rounds(1)
            #expect(world.fleet.calls == [.init(workers: 3, second: 10)])
        }
    }

    @Test("a new lead begins with the workers that it finds, not with what it ordered before")
    func secondReign() async throws {
        try await withAutoscaler(workers: 1, min: 3) { world, _ in
            world.lead.give(to: "other", for: .seconds(3))
            await world.rounds(1)
            world.fleet.workers = 6
            await world.rounds(5)
            #expect(world.verdicts.last?.hasPrefix("hold 6: ") == true)
            #expect(world.fleet.told == [3])
            #expect(world.reports.count { $0 == .leading } == 2)
        }
    }

    @Test("an answer that comes after the lead may have ended moves nothing")
    func lateAnswer() async throws {
        try await withAutoscaler(workers: 3) { world, _ in
            world.fleet.manualTarget = 5
            world.fleet.delay = .seconds(11)
            await world.rounds(1)
            #expect(world.fleet.told.isEmpty)
            world.fleet.delay = .zero
            await world.rounds(1)
            #expect(world.fleet.told == [5])
        }
    }

    @Test("a number that is set by hand wins, and is kept")
    func manualTarget() async throws {
        try await withAutoscaler(workers: 3, max: 5) { world, _ in
            world.fleet.manualTarget = 7
            world.fleet.ready = 10_000
            await world.rounds(1)
            #expect(world.verdicts.last == "hold 7: scaled by hand to 7")
            await world.rounds(3)
            world.fleet.workers = 4
            await world.rounds(2)
            #expect(world.fleet.told == [7, 7])
            #expect(world.fleet.workers == 7)
        }
    }
}
