// Programs that have to be stopped: with all that they have started.

import LeveeCore
import LeveeHandlers
import LeveeTestSupport
import LeveeWorker
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite(.timeLimit(.minutes(2)))
struct ExecCancellationTests {
    private func shell(_ script: String, grace: Duration) -> ExecHandler {
        ExecHandler(
            ExecConfiguration(
                program: "/bin/sh",
                arguments: ["-c", script],
                stopGrace: grace,
                guardExecutable: guardFixture
            )
        )
    }

    /// Runs a script that writes process ids, stops it when there are as many as expected, and looks that none is left.
    private func stop(_ script: (String) -> String, processes count: Int, grace: Duration) async throws -> String {
        try await withTemporaryDirectory { directory in
            let handler = shell(script(directory), grace: grace)
            let ended = try await withThrowingTaskGroup(of: String.self) { group in
                group.addTask {
                    do {
                        _ = try await handler.attempt("")
                        return "succeeded"
                    } catch is CancellationError {
                        return "canceled"
                    }
                }
                let started = try await processes(count, in: "\(directory)/pids")
                group.cancelAll()
                let ended = try await group.next() ?? ""
                try await eventually { !started.contains(where: isRunning) }
                return ended
            }
            let said = (try? String(contentsOfFile: "\(directory)/said", encoding: .utf8)) ?? ""
            return said.isEmpty ? ended : "\(ended), \(said)"
        }
    }

    @Test("a program that tidies up can speak of it")
    func speaksAtTheEnd() async throws {
        let ended = try await stop(
            {
                "trap 'echo message stopping > \"$LEVEE_EVENTS\"; printf bye > \($0)/said; exit 0' TERM;"
                    + " echo $$ > \($0)/pids; while :; do sleep 0.05; done"
            },
            processes: 1,
            grace: .seconds(60)
        )
        #expect(ended == "canceled, bye")
    }

    @Test("a program that heeds SIGTERM has the time to tidy up")
    func heedsTerm() async throws {
        let ended = try await stop(
            {
                "trap 'echo stopping >&2; printf bye > \($0)/said; exit 0' TERM;"
                    + " echo $$ > \($0)/pids; while :; do sleep 0.05; done"
            },
            processes: 1,
            grace: .seconds(60)
        )
        #expect(ended == "canceled, bye")
    }

    @Test("a program that does not is killed, with its children")
    func ignoresTerm() async throws {
        let ended = try await stop(
            { "trap '' TERM; sh -c 'echo $$ >> \($0)/pids; sleep 300' & echo $$ >> \($0)/pids; wait; sleep 300" },
            processes: 2,
            grace: .milliseconds(100)
        )
        #expect(ended == "canceled")
    }

    @Test("a child that has left for a session of its own does not get away")
    func leavesTheGroup() async throws {
        let ended = try await stop(
            { "setsid sh -c 'trap \"\" TERM; echo $$ >> \($0)/pids; sleep 300' & echo $$ >> \($0)/pids; wait" },
            processes: 2,
            grace: .seconds(60)
        )
        #expect(ended == "canceled")
    }

    @Test("what a program leaves behind when it ends well is ended too, and does not hold up its result")
    func leavesChildrenBehind() async throws {
        try await withTemporaryDirectory { directory in
            let script =
                "setsid sh -c 'echo $$ >> \(directory)/pids; sleep 300' & sleep 300 & echo $! >> \(directory)/pids;"
                + " while [ $(wc -l < \(directory)/pids) -lt 2 ]; do sleep 0.02; done; echo done"
            let result = try await shell(script, grace: .seconds(60)).attempt("")
            #expect(result.content.bytes == Array("done\n".utf8))
            let left = try await processes(2, in: "\(directory)/pids")
            try await eventually { !left.contains(where: isRunning) }
        }
    }
}
