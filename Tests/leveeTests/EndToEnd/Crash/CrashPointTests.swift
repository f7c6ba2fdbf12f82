// Every crash point: a process dies there, another of its kind lives, and no promise is broken.

#if DEBUG
    import Foundation
    import LeveeCore
    import LeveeTestSupport
    import NIOHTTP1
    import Testing

    @Suite(.serialized) struct CrashPointTests {
        @Test(arguments: CrashPoint.allCases) func nothingIsLost(at point: CrashPoint) async throws {
            try await CrashScene.run { scene in
                switch point {
                case .submitSending, .submitStored: try await submit(scene, dyingAt: point)
                case .cancelStored: try await cancel(scene)
                case .removeStored: try await remove(scene)
                case .retryStored: try await retryDeadLetters(scene)
                case .tickWorked: try await tick(scene, inWorker: false)
                case .wakeHeard: try await work(scene, dyingAt: point, .smooth)
                case .claimAnswered: try await work(scene, dyingAt: point, .lost(runs: [2]))
                case .handlerRunning, .settleSending: try await work(scene, dyingAt: point, .lost(runs: [1, 2]))
                case .finishAnswered:
                    // The next job was claimed in the same call, and had not begun.
                    try await work(scene, dyingAt: point, .smooth, next: .lost(runs: [2]))
                case .failAnswered:
                    let fate = Fate(
                        "queued submit",
                        "running claim",
                        "scheduled fail",
                        "queued promote",
                        "running claim",
                        "succeeded finish",
                        runs: [1, 3]
                    )
                    try await work(scene, .stumbling, dyingAt: point, fate)
                case .beatAnswered:
                    try await work(scene, .hanging, dyingAt: point, arrival: 2, .lost(runs: [1, 2]))
                case .beatTold:
                    try await work(scene, .hanging, dyingAt: point, .calledOff) { job, client, _ in
                        _ = try await client.send(.POST, job.path + "/cancel")
                    }
                case .drainReleased:
                    let fate = Fate(
                        "queued submit",
                        "running claim",
                        "queued release",
                        "running claim",
                        "succeeded finish",
                        runs: [1, 2]
                    )
                    try await work(scene, .hanging, dyingAt: point, fate) { _, _, worker in worker.signal(SIGTERM) }
                }
            }
        }

        @Test func nothingIsLostWhenAWorkerDiesBetweenTwoTicks() async throws {
            try await CrashScene.run { scene in try await tick(scene, inWorker: true) }
        }

        /// A front end dies over the third of five submits.
        private func submit(_ scene: CrashScene, dyingAt point: CrashPoint) async throws {
            _ = try await scene.worker()
            let doomed = try scene.doomed("serve", "--port", "0", at: point, arrival: 3)
            let (first, second) = (try await scene.door(of: doomed), try await scene.frontEnd().door)
            let client = PersistentClient(first, second)
            var jobs: [CrashScene.Job] = []
            for number in 1...5 { jobs.append(try await scene.submit(number, by: client)) }
            try await scene.awaitDeath(of: doomed, at: point, arrival: 3)

            // Where the store has it, the submit that was not answered is a job that no client knows.
            let count = point == .submitStored ? 6 : 5
            try await scene.awaitEnd(["succeeded": count])
            #expect(scene.runs.values.filter { $0 == [1] }.count == count)
            for job in jobs { try await scene.expect(job, .smooth, at: second) }
        }

        /// A front end dies when it has asked for the end of a job that runs.
        private func cancel(_ scene: CrashScene) async throws {
            _ = try await scene.worker(slots: 1)
            let doomed = try scene.doomed("serve", "--port", "0", at: .cancelStored, arrival: 2)
            let (first, second) = (try await scene.door(of: doomed), try await scene.frontEnd().door)
            let client = PersistentClient(first, second)
            let running = try await scene.submit(1, .hanging, by: client)
            try await scene.awaitRun(of: running)
            let waiting = try await scene.submit(2, by: client)
            let other = try await scene.submit(3, by: client)
            #expect(try await client.send(.POST, waiting.path + "/cancel").text("status") == "canceled")
            #expect(try await client.send(.POST, running.path + "/cancel").status == 200)
            try await scene.awaitDeath(of: doomed, at: .cancelStored, arrival: 2)

            try await scene.awaitEnd(["canceled": 2, "succeeded": 1])
            try await scene.expect(running, .calledOff, at: second)
            try await scene.expect(waiting, Fate("queued submit", "canceled cancel", runs: []), at: second)
            try await scene.expect(other, .smooth, at: second)
        }

        /// A front end dies when it has removed a job.
        private func remove(_ scene: CrashScene) async throws {
            _ = try await scene.worker()
            let doomed = try scene.doomed("serve", "--port", "0", at: .removeStored)
            let (first, second) = (try await scene.door(of: doomed), try await scene.frontEnd().door)
            let client = PersistentClient(first, second)
            let jobs = [try await scene.submit(1, by: client), try await scene.submit(2, by: client)]
            for job in jobs { _ = try await first.end(of: job.path) }
            #expect(try await client.send(.DELETE, jobs[0].path).status == 410)
            try await scene.awaitDeath(of: doomed, at: .removeStored)

            try await eventually("it is seen to be gone") { scene.witness.sights(of: jobs[0].path).last == .gone }
            try await scene.awaitEnd(["succeeded": 1])
            #expect(scene.runs[jobs[0].id] == [1])
            try await scene.expect(jobs[1], .smooth, at: second)
        }

        /// A front end dies over the second of three dead letters of which new jobs are to be made.
        private func retryDeadLetters(_ scene: CrashScene) async throws {
            _ = try await scene.worker()
            let doomed = try scene.doomed("serve", "--port", "0", at: .retryStored, arrival: 2)
            let healthy = try await scene.frontEnd()
            let client = PersistentClient(try await scene.door(of: doomed), healthy.door)
            let admin = PersistentClient(
                try await scene.fleet.door("admin", of: doomed),
                try await scene.fleet.door("admin", of: healthy.process)
            )
            var dead: [CrashScene.Job] = []
            for number in 1...3 { dead.append(try await scene.submit(number, .broken, by: client)) }
            try await scene.awaitEnd(["failed": 3])
            try scene.fleet.folder.write("", to: "mended")
            let answer = try await admin.send(.POST, "/queues/default/dead/retry")
            #expect(try answer.json("retried") as? Int == 1, "two had been made new jobs of already")
            try await scene.awaitDeath(of: doomed, at: .retryStored, arrival: 2)

            for job in dead {
                let again = try await admin.send(.POST, job.path + "/retry")
                #expect(again.status == 200, "its new job has been made")
                let made = CrashScene.Job(number: job.number, path: "/jobs/\(try again.text("id"))")
                scene.witness.watch(made.path)
                try await scene.expect(job, .failed, at: healthy.door)
                try await scene.expect(made, .smooth, at: healthy.door)
            }
            try await scene.awaitEnd(["failed": 3, "succeeded": 3])
        }

        /// A worker dies over the first of three jobs, whose fate is `fate`; that of the second is `next`. Once the first one
        /// runs, `act` is done.
        private func work(
            _ scene: CrashScene,
            _ manner: CrashScene.Manner = .plain,
            dyingAt point: CrashPoint,
            arrival: Int = 1,
            _ fate: Fate,
            next: Fate = .smooth,
            act: ((CrashScene.Job, PersistentClient, Fleet.Member) async throws -> Void)? = nil
        ) async throws {
            let door = try await scene.frontEnd().door
            let client = PersistentClient(door)
            let first = try await scene.submit(1, manner, by: client)
            let (second, third) = (try await scene.submit(2, by: client), try await scene.submit(3, by: client))
            let doomed = try scene.doomed("work", "--slots", "1", at: point, arrival: arrival)
            if let act {
                try await scene.awaitRun(of: first)
                try await act(first, client, doomed)
            }
            try await scene.awaitDeath(of: doomed, at: point, arrival: arrival)

            _ = try await scene.worker()
            try await scene.awaitEnd(["succeeded": 2].merging([fate.end: 1], uniquingKeysWith: +))
            try await scene.expect(first, fate, at: door)
            try await scene.expect(second, next, at: door)
            try await scene.expect(third, .smooth, at: door)
        }

        /// A worker has died with more jobs than one tick takes back; the only process that ticks dies after the first.
        private func tick(_ scene: CrashScene, inWorker: Bool) async throws {
            let (count, reaped) = (105, 100)
            let former = try await scene.frontEnd("former")
            let client = PersistentClient(former.door)
            // A worker that is to tick and not to take back what it has reaped has to be busy.
            let busy = inWorker ? try await scene.submit(0, .hanging, by: client) : nil
            var ticking = try inWorker ? scene.doomed("work", "--slots", "1", at: .tickWorked) : nil
            if let busy { try await scene.awaitRun(of: busy) }
            var jobs: [CrashScene.Job] = []
            for number in 1...count { jobs.append(try await scene.submit(number, by: client)) }
            former.process.signal(SIGKILL)
            #expect(try await scene.fleet.signalThatEnds(former.process) == SIGKILL)
            let holder = try scene.fleet.start(
                "holder",
                ["work", "--slots", "200"],
                environment: ["LEVEE_CRASH_AT": CrashPoint.claimAnswered.rawValue]
            )
            try await scene.awaitDeath(of: holder, at: .claimAnswered)

            if ticking == nil { ticking = try scene.doomed("serve", "--port", "0", at: .tickWorked) }
            try await scene.awaitDeath(of: try #require(ticking), at: .tickWorked)
            let left = count - reaped + (inWorker ? 1 : 0)
            #expect(try await scene.census() == ["queued": reaped, "running": left])

            let door = try await scene.frontEnd().door
            _ = try await scene.worker(slots: 8)
            try await scene.awaitEnd(["succeeded": inWorker ? count + 1 : count])
            for job in jobs { try await scene.expect(job, .lost(runs: [2]), at: door) }
            if let busy { try await scene.expect(busy, .lost(runs: [1, 2]), at: door) }
        }
    }
#endif
