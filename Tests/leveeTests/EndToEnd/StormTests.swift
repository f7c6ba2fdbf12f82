// Far more than can be done: thousands of jobs are canceled at once, and ten times the capacity arrives.

import LeveeTestSupport
import Testing

@Suite(.serialized) struct StormTests {
    @Test func whatIsAcceptedEndsOnceWhateverElseComes() async throws {
        try await ScriptedCluster.run("") { cluster in
            let storm = try cluster.storm(with: ["PAIRS": "2000", "DURATION": "3", "SLOTS": "10", "FSYNC": "no"])
            defer { storm.end() }
            let run = try await storm.run(within: .seconds(600))
            #expect(run.status == 0, "\(run.output)")
            #expect(run.output.contains("each of 2000 jobs ended once, as canceled"))
            #expect(cluster.living.isEmpty)
        }
    }
}
