// Whatever settles a claim first wins.

import LeveeTestSupport
import NIOCore
import Testing

@testable import LeveeRedis

@Suite struct PendingReplyTests {
    private let outcomes = Collector<PendingReply.Replies>()

    private func pending(_ count: Int) -> PendingReply {
        PendingReply(count: count, deadline: .distantFuture) { [outcomes] in outcomes.add($0) }
    }

    @Test func settlesOnceAllRepliesAreThere() {
        let pending = pending(3)
        pending.deliver(.integer(1))
        pending.deliver(.error(RedisServerError("ERR no")))
        #expect(outcomes.all.isEmpty && !pending.isSettled)
        pending.deliver(.array([.error(RedisServerError("ERR inside"))]))
        #expect(
            outcomes.all == [
                [
                    .success(.integer(1)), .failure(.server(RedisServerError("ERR no"))),
                    .success(.array([.error(RedisServerError("ERR inside"))])),
                ]
            ]
        )
        #expect(pending.isSettled)
    }

    @Test func anErrorStandsForEachReplyThatDidNotCome() {
        let pending = pending(3)
        pending.deliver(.integer(1))
        pending.fail(.unknownOutcome("gone"))
        pending.deliver(.integer(2))
        pending.fail(.closed)
        let gone = Result<RESPValue, RedisError>.failure(.unknownOutcome("gone"))
        #expect(outcomes.all == [[.success(.integer(1)), gone, gone]])
    }
}
