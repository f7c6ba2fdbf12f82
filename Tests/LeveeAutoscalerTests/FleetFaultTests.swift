// The fleet is slow, refuses, or loses workers.

import LeveeAutoscaler
import LeveeCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FleetFaultTests {
    @Test("a slow call neither stops the loop nor meets another; the newest number follows it")
    func slow() async throws {
        try await withAutoscaler(workers: 1, min: 3, prepare: { $0.fleet.isHolding = true }) { world, _ in
            let asked = world.lead.asked.count
            world.fleet.manualTarget = 5
            await world.rounds(5)
            world.fleet.manualTarget = 4
            await world.rounds(5)
            #expect(world.fleet.told == [3])
            #expect(world.verdicts.count == 11)
            #expect(world.lead.asked.count == asked + 10)
            world.fleet.isHolding = false
            await world.rounds(1)
            #expect(world.fleet.told == [3, 4])
            #expect(world.fleet.mostInside == 1)
            #expect(world.fleet.workers == 4)
        }
    }

    @Test("a call that fails is told and made again, each time after a longer pause")
    func failing() async throws {
        try await withAutoscaler(workers: 1, min: 3, prepare: { $0.fleet.manner = .failing }) { world, _ in
            await world.rounds(8)
            #expect(world.fleet.calls.map(\.second) == [0, 2, 6, 14])
            let error = FleetControlError("no room")
            let failures = world.reports.filter { if case .failed = $0 { true } else { false } }
            #expect(failures == [2, 4, 8, 16].map { .failed(desired: 3, error, pause: .seconds($0)) })
            #expect(failures.first?.description == "scaling to 3 failed: no room; again in 2 s")
            world.fleet.manner = .obedient
            await world.rounds(8)
            #expect(world.fleet.calls.map(\.second) == [0, 2, 6, 14, 30])
            #expect(world.fleet.workers == 3)
            #expect(world.reports.contains(.moved(desired: 3)))
        }
    }

    @Test("a worker that died is replaced, at the second reading that misses it")
    func deadWorker() async throws {
        try await withAutoscaler { world, _ in
            world.fleet.workers = 2
            await world.rounds(1)
            #expect(world.fleet.told.isEmpty)
            await world.rounds(1)
            #expect(world.fleet.told == [3])
            #expect(world.reports.contains(.moving(found: 2, desired: 3)))
            #expect(world.fleet.workers == 3)
        }
    }

    @Test("workers that cannot live are started less and less often")
    func crashLoop() async throws {
        try await withAutoscaler(workers: 0, min: 3, prepare: { $0.fleet.manner = .crashing }) { world, _ in
            await world.rounds(100)
            #expect(world.fleet.calls.map(\.second) == [0, 4, 8, 16, 32, 64, 124, 184])
            #expect(world.fleet.told.allSatisfy { $0 == 3 })
        }
    }
}
