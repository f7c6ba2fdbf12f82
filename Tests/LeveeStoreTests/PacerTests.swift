// Who wakes the workers of a queue that its rate held back.

import LeveeCore
import LeveeRedis
import LeveeStore
import LeveeTestSupport
import Testing

@Suite struct PacerTests {
    @Test func whoeverWaitsIsRungForWhenTheNextJobMayStart() async throws {
        try await RedisServerProcess.run { server in
            let redis = RedisConfiguration(endpoint: server.unix)
            try await RedisStore.withStore(on: redis, queues: ["default"], logger: quietLogger()) { store in
                for _ in 0..<3 { _ = try await store.put() }
                let rules = [QueueRules(name: "default", rate: StartRate(2, per: .second))]
                var started = 0
                // Nobody ticks here: only the pacer can have rung after the first wake-up, which the submits have left.
                for _ in 0..<20 where started < 3 {
                    let wakeUp = try await store.awaitWork(in: ["default"], timeout: .seconds(30))
                    #expect(started == 0 || wakeUp?.hint == "paced")
                    started += try await store.claim(.by("w1", queues: rules)).count
                }
                #expect(started == 3)
            }
        }
    }
}
