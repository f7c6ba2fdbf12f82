// A deployment in which processes die at crash points, and the rules that hold all the same.

#if DEBUG
    import Foundation
    import LeveeCore
    import LeveeRedis
    import LeveeTestSupport
    import NIOHTTP1
    import Testing

    /// A fleet, the jobs put into it, and what is seen of both.
    struct CrashScene {
        /// A job whose client was told 202.
        struct Job {
            let number: Int
            let path: String

            var id: String { String(path.dropFirst("/jobs/".count)) }
        }

        /// What the program that does the work makes of a job.
        enum Manner: String {
            case plain
            /// Never ends, the first time it is started.
            case hanging
            /// Fails the first attempt.
            case stumbling
            /// Fails for good, until there is a file `mended`.
            case broken
        }

        /// Every run is written down outside Redis, and part of the result is out before the work is done.
        private static let program = """
            #!/bin/sh
            read -r number manner
            echo "$LEVEE_JOB_ID $LEVEE_FENCE" >> runs
            echo "$number squared:"
            case $manner in
                hanging) [ "$LEVEE_FENCE" != 1 ] || sleep 1000 ;;
                stumbling) [ "$LEVEE_ATTEMPT" != 1 ] || exit 1 ;;
                broken) [ -e mended ] || exit 65 ;;
            esac
            echo $((number * number))
            """

        /// Workers that are to die have short leases, so that they are missed soon; others can afford to be slow.
        private static func configuration(lease: String) -> String {
            """
            worker: {lease: \(lease), drainGrace: 0s}
            jobs:
              square:
                handler: {exec: {command: [./square], resultType: text/plain}}
                retries: {base: 10ms}
            """
        }

        let fleet: Fleet
        let witness = Witness()

        /// Runs `body` while the witness looks on.
        static func run(_ body: (CrashScene) async throws -> Void) async throws {
            try await Fleet.run(configuration(lease: "2s")) { fleet in
                try fleet.folder.write(program, to: "square", isExecutable: true)
                let scene = CrashScene(fleet: fleet)
                let witness = scene.witness
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await witness.run() }
                    try await body(scene)
                    group.cancelAll()
                }
            }
        }
    }

    extension CrashScene {
        /// Starts a process that is to die at a point.
        func doomed(_ command: String..., at point: CrashPoint, arrival: Int = 1) throws -> Fleet.Member {
            let order = arrival == 1 ? point.rawValue : "\(point.rawValue):\(arrival)"
            return try fleet.start("doomed-\(command[0])", command, environment: ["LEVEE_CRASH_AT": order])
        }

        /// Waits until a process has died where it was to.
        func awaitDeath(of member: Fleet.Member, at point: CrashPoint, arrival: Int = 1) async throws {
            #expect(try await fleet.signalThatEnds(member) == SIGKILL)
            #expect(member.text.hasSuffix("levee: dying at \(point.rawValue), arrival \(arrival)\n"))
        }

        /// The door for clients of a front end, at which the witness asks too.
        func door(of member: Fleet.Member) async throws -> HTTPDoor {
            let door = try await fleet.door("serving", of: member)
            witness.ask(at: door)
            return door
        }

        /// Starts a front end that nothing happens to.
        func frontEnd(_ name: String = "frontend") async throws -> (door: HTTPDoor, process: Fleet.Member) {
            let process = try fleet.start(name, ["serve", "--port", "0"])
            return (try await door(of: process), process)
        }

        /// Starts a worker that nothing happens to.
        func worker(slots: Int = 4) async throws -> Fleet.Member {
            try fleet.folder.write(Self.configuration(lease: "3s"), to: "levee.yaml")
            return try await fleet.worker("worker", slots: slots)
        }

        /// Submits a job until a front end has accepted it.
        func submit(_ number: Int, _ manner: Manner = .plain, by client: PersistentClient) async throws -> Job {
            let answer = try await client.send(.POST, "/jobs/square", body: "\(number) \(manner.rawValue)\n")
            try #require(answer.status == 202, "\(String(decoding: answer.body, as: UTF8.self))")
            let job = Job(number: number, path: "/jobs/\(try answer.text("id"))")
            witness.watch(job.path)
            return job
        }
    }

    extension CrashScene {
        /// The fences with which the program was run, by job.
        var runs: [String: [Int]] {
            let bytes = FileManager.default.contents(atPath: "\(fleet.folder.path)/runs") ?? Data()
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            return Dictionary(
                lines.map { line in
                    let words = line.split(separator: " ")
                    return (String(words[0]), [Int(words[1]) ?? 0])
                },
                uniquingKeysWith: +
            )
        }

        /// Waits until the program has begun to work on a job.
        func awaitRun(of job: Job) async throws {
            try await eventually("\(job) runs") { runs[job.id] != nil }
        }

        /// How many of all jobs in Redis, known to a client or not, are in each state.
        func census() async throws -> [String: Int] {
            try await withClient(fleet.redis.unix) { client in
                var census: [String: Int] = [:]
                for key in try await client.send(["KEYS", "levee:{00}:j:*"]).array ?? [] {
                    let state = try await client.send(["HGET", try #require(key.string), "s"]).string
                    census[try #require(state?.split(separator: " ").first.map(String.init)), default: 0] += 1
                }
                return census
            }
        }

        /// Waits until every job in Redis has ended, known to a client or not, and has the doctor look at what is left.
        func awaitEnd(_ expected: [String: Int]) async throws {
            var found: [String: Int] = [:]
            try await eventually("all jobs end as \(expected): \(found)") {
                found = try await census()
                return Set(found.keys).isSubset(of: ["succeeded", "failed", "canceled"])
            }
            #expect(found == expected)
            let doctor = try await fleet.levee("doctor")
            #expect(doctor.output.hasSuffix("nothing wrong\n"), "\(doctor.output)\(doctor.errors)")
            #expect(doctor.status == 0)
        }

        /// Waits for the end of a job, and looks whether all went as it was to go.
        func expect(_ job: Job, _ fate: Fate, at door: HTTPDoor) async throws {
            _ = try await door.end(of: job.path)
            #expect(runs[job.id, default: []] == fate.runs)
            let entries = try #require(
                try await door.send(.GET, job.path + "/history").json("history") as? [[String: Any]]
            )
            let history = entries.compactMap { entry -> (sight: Witness.Sight, cause: String)? in
                guard let version = entry["version"] as? Int, let status = entry["status"] as? String,
                    let cause = entry["cause"] as? String
                else { return nil }
                return (Witness.Sight(version: version, status: status), cause)
            }
            #expect(history.map { "\($0.sight.status) \($0.cause)" } == fate.log)

            let end = try #require(history.last?.sight)
            try await eventually("the end of \(job) is seen") { witness.sights(of: job.path).last == end }
            let sights = witness.sights(of: job.path)
            #expect(sights == sights.sorted { $0.version < $1.version }, "nothing goes back")
            #expect(Set(sights).isSubset(of: history.map(\.sight)), "nothing is seen that did not happen")

            guard end.status == "succeeded" else { return }
            let result = try await door.result(of: job.path)
            #expect(
                String(decoding: result.body, as: UTF8.self) == "\(job.number) squared:\n\(job.number * job.number)\n"
            )
        }
    }
#endif
