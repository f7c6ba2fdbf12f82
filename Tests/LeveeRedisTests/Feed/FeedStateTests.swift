// The state machine of a subscription.

import Testing

@testable import LeveeRedis

@Suite struct FeedStateTests {
    private func greeted() throws -> FeedState {
        let handshake = Handshake(endpoint: try RedisEndpoint("redis://h"), name: "n")
        var state = FeedState(handshake: handshake, channels: ["a", "b"])
        #expect(state.received(.simple("OK")) == .nothing)
        #expect(state.received(.simple("PONG")) == .write(["SUBSCRIBE", "a", "b"]))
        return state
    }

    private func push(_ words: String...) -> RESPValue { .array(words.map { .bulk(Array($0.utf8)) }) }

    private func subscribed() throws -> FeedState {
        var state = try greeted()
        #expect(state.received(.array([.bulk(Array("subscribe".utf8)), .bulk([97]), .integer(1)])) == .nothing)
        #expect(state.received(push("subscribe", "b")) == .event(.subscribed))
        return state
    }

    @Test func isSubscribedWhenEveryChannelIs() throws {
        var state = try subscribed()
        #expect(state.received(push("message", "a", "hi")) == .event(.message(channel: "a", payload: Array("hi".utf8))))
    }

    @Test func aMessageMayComeBetweenTheConfirmations() throws {
        var state = try greeted()
        _ = state.received(push("subscribe", "a"))
        #expect(state.received(push("message", "a", "")) == .event(.message(channel: "a", payload: [])))
        #expect(state.received(push("subscribe", "b")) == .event(.subscribed))
    }

    @Test func isDeadAfterTwoPingsWithoutAWord() throws {
        var state = try subscribed()
        #expect(state.tick() == .write(["PING"]))
        #expect(state.tick() == .write(["PING"]))
        #expect(!state.isProven)
        #expect(state.received(push("pong", "")) == .nothing)
        #expect(state.isProven)
        #expect(state.tick() == .write(["PING"]))
        #expect(state.tick() == .write(["PING"]))
        #expect(state.tick() == .drop("Redis does not answer"))
    }

    @Test func isDeadWhenTheHandshakeIsNotAnswered() throws {
        let handshake = Handshake(endpoint: try RedisEndpoint("redis://h"), name: "n")
        var state = FeedState(handshake: handshake, channels: ["a"])
        #expect(state.tick() == .nothing)
        #expect(state.tick() == .nothing)
        #expect(state.tick() == .drop("Redis does not answer"))
    }

    @Test func whatIsNoMessageEndsTheConnection() throws {
        let strange: [RESPValue] = [
            .simple("OK"), .integer(1), .array([]), push("message", "a"), push("subscribe", "c"), push("other"),
        ]
        for reply in strange {
            var state = try subscribed()
            guard case .drop = state.received(reply) else {
                Issue.record("\(reply) was accepted")
                continue
            }
        }
        var state = try greeted()
        let refusal = "Redis refused the subscription (NOPERM no)"
        #expect(state.received(.error(RedisServerError("NOPERM no"))) == .drop(refusal))
    }
}
