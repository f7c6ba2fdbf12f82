// The end of a connection, with and without commands on their way.

import NIOCore
import NIOEmbedded
import Testing

@testable import LeveeRedis

@Suite struct RedisConnectionShutdownTests {
    @Test func commandsOnTheirWayFinishAndNewOnesAreRefused() throws {
        let tested = EmbeddedConnection()
        try tested.open()
        let sent = tested.send(["GET", "a"])
        let closed = tested.connection.beginShutdown(grace: .seconds(5))
        tested.loop.run()
        let late = tested.send(["GET", "b"])
        #expect(late.value == .failure(.closed))
        #expect(sent.value == nil)
        let channel = try tested.channel()
        #expect(channel.isActive)
        try tested.receive(":1\r\n")
        #expect(sent.value == .success(.integer(1)))
        #expect(!channel.isActive)
        try closed.wait()
        #expect(tested.dials == 1)
    }

    @Test func theGraceIsALimit() throws {
        let tested = EmbeddedConnection()
        try tested.open()
        let sent = tested.send(["GET", "a"], timeout: .seconds(60))
        let closed = tested.connection.beginShutdown(grace: .seconds(5))
        tested.loop.run()
        tested.loop.advanceTime(by: .seconds(5))
        #expect(sent.value == .failure(.unknownOutcome("shut down before the reply came")))
        try closed.wait()
    }

    @Test func whatWaitsForAConnectionWasNotSent() throws {
        let tested = EmbeddedConnection()
        tested.connection.start()
        let waiting = tested.send(["GET", "a"])
        let closed = tested.connection.beginShutdown(grace: .seconds(5))
        tested.loop.run()
        #expect(waiting.value == .failure(.closed))
        try closed.wait()
        #expect(!(try tested.channel().isActive))
    }

    @Test func nothingIsTriedAgainAfterTheEnd() throws {
        let tested = EmbeddedConnection()
        tested.isDown = true
        tested.connection.start()
        tested.loop.run()
        let closed = tested.connection.beginShutdown(grace: .seconds(5))
        tested.loop.run()
        try closed.wait()
        tested.isDown = false
        tested.loop.advanceTime(by: .seconds(60))
        #expect(tested.dials == 0)
    }
}
