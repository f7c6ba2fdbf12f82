// What programs say of themselves, from the line to the worker.

import InMemoryLogging
import LeveeCore
import LeveeTestSupport
import LeveeWorker
import Logging
import Synchronization
import Testing

@testable import LeveeHandlers

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Events of programs", .timeLimit(.minutes(2)))
struct ProgramEventTests {
    @Test("are a word and what it is about")
    func lines() {
        #expect(ProgramEvent("progress 40") == .progress(40))
        #expect(ProgramEvent("progress  100%") == .progress(100))
        #expect(ProgramEvent("stage second pass") == .stage("second pass"))
        #expect(ProgramEvent("message a  b") == .message("a  b"))
        #expect(ProgramEvent("log x") == .log("x"))
        #expect(ProgramEvent("warn x") == .warn("x"))
        for line in [
            "", "progress", "progress -1", "progress 101", "progress 4.5", "progress x", "Stage x", "40", "log",
        ] {
            #expect(ProgramEvent(line) == nil, "\(line)")
        }
    }

    private func shell(_ script: String, limits: ProgramLimits = ProgramLimits()) -> ExecHandler {
        ExecHandler(
            ExecConfiguration(
                program: "/bin/sh",
                arguments: ["-c", script],
                stopGrace: .seconds(1),
                limits: limits,
                guardExecutable: guardFixture
            )
        )
    }

    /// What a program says and what it writes to its standard output, with the levels of the log.
    private func run(_ script: String) async throws -> (told: [Progress], logged: [String], output: String) {
        let told = Mutex<[Progress]>([])
        let log = InMemoryLogHandler()
        let job = leasedJob(Content(mediaType: "text/plain", bytes: []))
        let context = JobContext(
            job: job,
            deadline: .now + .seconds(60),
            logger: Logger(label: "test") { _ in log },
            onProgress: { progress in told.withLock { $0.append(progress) } }
        )
        let result = try await shell(script).handle(
            job,
            payload: Content(mediaType: "text/plain", bytes: []),
            context: context
        )
        let logged = log.entries.map { "\($0.level) \($0.message)" }
        return (told.withLock { $0 }, logged, String(decoding: result.content.bytes, as: UTF8.self))
    }

    @Test(
        "reach the worker in order, from a pipe that is opened for every line, and whole though the program ends at once"
    )
    func order() async throws {
        let said = try await run(
            """
            echo progress 10 > "$LEVEE_EVENTS"
            echo stage load > "$LEVEE_EVENTS"
            printf 'message half\nprogress 50%%\nlog a line\nwarn careful\n' > "$LEVEE_EVENTS"
            echo nonsense >> "$LEVEE_EVENTS"
            echo more of it >> "$LEVEE_EVENTS"
            printf 'stage save\nno line feed' > "$LEVEE_EVENTS"
            echo done
            """
        )
        #expect(
            said.told == [
                Progress(percent: 10), Progress(percent: 10, stage: "load"),
                Progress(percent: 10, stage: "load", message: "half"),
                Progress(percent: 50, stage: "load", message: "half"), Progress(percent: 50, stage: "save"),
            ]
        )
        #expect(said.logged.prefix(2) == ["info a line", "warning careful"])
        #expect(said.logged.count == 3, "what is not understood is told once")
        #expect(said.output == "done\n")
    }

    @Test("may be many, and long")
    func flood() async throws {
        let said = try await run(
            """
            exec 3> "$LEVEE_EVENTS"
            i=0
            while [ $i -lt 1200 ]; do echo "log line $i" >&3; i=$((i + 1)); done
            head -c 100000 /dev/zero | tr '\\0' x >&3
            printf '\nprogress 99\n' >&3
            """
        )
        #expect(said.told.last == Progress(percent: 99))
        #expect(said.logged.filter { $0.hasPrefix("info line ") }.count == ProgramListener.maxLogLines)
    }

    @Test("leave no file behind, neither when the program fails nor when it is canceled")
    func files() async throws {
        let failure = try await shell("echo stage x > $LEVEE_EVENTS; dirname $LEVEE_EVENTS >&2; exit 1").failure()
        let folder = try #require(failure.detail.split(separator: " ").last.map(String.init))
        #expect(folder.contains("/levee-attempts-"))
        #expect(!FileManager.default.fileExists(atPath: folder))
        try await withTemporaryDirectory { directory in
            let task = Task { try await shell("echo $LEVEE_EVENTS > \(directory)/path; sleep 60").attempt("") }
            var path = ""
            try await eventually {
                path = (try? String(contentsOfFile: "\(directory)/path", encoding: .utf8)) ?? ""
                return path.hasSuffix("\n")
            }
            path.removeLast()
            #expect(FileManager.default.fileExists(atPath: path))
            task.cancel()
            _ = await task.result
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("come from programs with limits as well, which the kernel keeps")
    func limits() async throws {
        let both = ProgramLimits(memoryBytes: 256 << 20, cpuTime: .seconds(1))
        let shown = try await shell("ulimit -v; ulimit -St; ulimit -Ht", limits: both).attempt("")
        #expect(String(decoding: shown.content.bytes, as: UTF8.self) == "262144\n1\n2\n")
        let busy = try await shell("while :; do :; done", limits: ProgramLimits(cpuTime: .seconds(1))).failure()
        #expect(busy.code == JobFailure.cpuTimeCode)
        let greedy = try await shell(
            "exec dd if=/dev/zero of=/dev/null bs=200M count=1",
            limits: ProgramLimits(memoryBytes: 100 << 20)
        ).failure()
        #expect(greedy.code == JobFailure.exitStatusCode)
        #expect(greedy.detail.contains("memory exhausted"))
    }
}
