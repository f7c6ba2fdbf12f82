// One connection on an event loop whose clock the test turns: order, flushes, deadlines, losses, the end.

import LeveeTestSupport
import NIOCore
import NIOEmbedded
import Testing

@testable import LeveeRedis

@Suite struct RedisConnectionTests {
    @Test func commandsOfOneLoopTurnGoOutWithOneFlush() throws {
        let tested = EmbeddedConnection()
        try tested.open()
        let counter = try tested.counter()
        counter.writes = 0
        counter.flushes = 0
        for number in 0..<100 { tested.send(RedisCommand("GET", number)) }
        let wire = try tested.sent()
        #expect(counter.writes == 1 && counter.flushes == 1)
        #expect(wire.hasPrefix("*2\r\n$3\r\nGET\r\n$1\r\n0\r\n*2\r\n") && wire.hasSuffix("$2\r\n99\r\n"))
        tested.send(["PING"])
        #expect(try tested.sent() == "*1\r\n$4\r\nPING\r\n")
        #expect(counter.flushes == 2)
    }

    @Test func whatIsSentBeforeTheConnectionGoesOutAfterTheHandshakeWithOneFlush() throws {
        let tested = EmbeddedConnection()
        let outcomes = (0..<3).map { tested.send(RedisCommand("GET", $0)) }
        tested.connection.start()
        let greeting = try tested.sent()
        #expect(greeting.contains("SETNAME") && !greeting.contains("GET"))
        try tested.receive("+OK\r\n+PONG\r\n")
        #expect(try tested.sent().contains("GET"))
        #expect(try tested.counter().flushes == 2)
        try tested.receive(":0\r\n:1\r\n:2\r\n")
        #expect(outcomes.map(\.value) == (0..<3).map { .success(.integer($0)) })
    }

    @Test func aReplyNobodyAskedForClosesTheConnection() throws {
        let tested = EmbeddedConnection()
        try tested.open()
        let channel = try tested.channel()
        try tested.receive("+OK\r\n")
        #expect(!channel.isActive)
        #expect(tested.statuses.all == ["up", "down: protocol violation: a reply nobody asked for"])
        #expect(tested.dials == 2)
    }

    @Test func whatIsNoReplyFailsTheCommandAndClosesTheConnection() throws {
        let tested = EmbeddedConnection()
        try tested.open()
        let outcomes = [tested.send(["GET", "a"]), tested.send(["GET", "b"])]
        _ = try tested.sent()
        let channel = try tested.channel()
        try tested.receive("$1\r\nA\r\nHTTP/1.1 400\r\n")
        #expect(outcomes[0].value == .success(.bulk([65])))
        guard case .failure(.unknownOutcome(let reason)) = outcomes[1].value else {
            Issue.record("got \(String(describing: outcomes[1].value))")
            return
        }
        #expect(reason.contains("protocol violation"))
        #expect(!channel.isActive)
    }

    @Test func aCallerThatLeavesKeepsItsPlaceInTheQueue() throws {
        let tested = EmbeddedConnection()
        try tested.open()
        let outcomes = (0..<3).map { tested.send(RedisCommand("GET", $0)) }
        _ = try tested.sent()
        outcomes[1].pending?.fail(.canceled)
        try tested.receive(":0\r\n:1\r\n:2\r\n")
        #expect(outcomes.map(\.value) == [.success(.integer(0)), .failure(.canceled), .success(.integer(2))])
    }

    @Test func aCallerThatLeavesBeforeTheLoopComesRoundSendsNothing() throws {
        let tested = EmbeddedConnection()
        try tested.open()
        tested.send(["GET", "a"]).pending?.fail(.canceled)
        let other = tested.send(["GET", "b"])
        #expect(try tested.sent() == "*2\r\n$3\r\nGET\r\n$1\r\nb\r\n")
        try tested.receive(":1\r\n")
        #expect(other.value == .success(.integer(1)))
    }

    @Test func theDeadlineOfASentCommandLeavesTheOutcomeUnknownAndDropsTheLateReply() throws {
        let tested = EmbeddedConnection()
        try tested.open()
        let slow = tested.send(["GET", "a"], timeout: .seconds(1))
        let patient = tested.send(["GET", "b"], timeout: .seconds(3))
        _ = try tested.sent()
        tested.loop.advanceTime(by: .milliseconds(999))
        #expect(slow.value == nil)
        tested.loop.advanceTime(by: .milliseconds(1))
        #expect(slow.value == .failure(.unknownOutcome("no answer within the deadline")))
        try tested.receive(":1\r\n:2\r\n")
        #expect(patient.value == .success(.integer(2)))
        #expect(tested.statuses.all == ["up"])
    }

    @Test func theDeadlineOfACommandThatWaitsForAConnectionSaysItWasNotSent() throws {
        let tested = EmbeddedConnection()
        let outcome = tested.send(["GET", "a"], timeout: .seconds(1))
        tested.connection.start()
        tested.loop.run()
        tested.loop.advanceTime(by: .seconds(1))
        #expect(outcome.value == .failure(.unavailable("not connected yet")))
        try tested.greet()
        #expect(try tested.sent() == "")
    }

    @Test func aConnectionWhoseOldestCommandIsLongOverdueCountsAsDead() throws {
        let tested = EmbeddedConnection(overdueGrace: .seconds(5))
        try tested.open()
        tested.send(["GET", "a"], timeout: .seconds(1))
        let second = tested.send(["GET", "b"], timeout: .seconds(60))
        _ = try tested.sent()
        tested.loop.advanceTime(by: .milliseconds(5_999))
        #expect(tested.statuses.all == ["up"])
        tested.loop.advanceTime(by: .milliseconds(1))
        #expect(tested.statuses.all == ["up", "down: Redis does not answer"])
        #expect(second.value == .failure(.unknownOutcome("Redis does not answer")))
        #expect(tested.dials == 2)
    }

    @Test func aBreakIsMendedAtOnceAndOnlyAnsweredCommandsEarnThatAgain() throws {
        let tested = EmbeddedConnection()
        try tested.open()
        let sent = tested.send(["GET", "a"])
        _ = try tested.sent()
        try tested.channel().close().wait()
        tested.loop.run()
        #expect(sent.value == .failure(.unknownOutcome("Redis closed the connection")))
        #expect(tested.dials == 2)
        let waiting = tested.send(["GET", "b"])
        try tested.greet()
        try tested.receive(":1\r\n")
        #expect(waiting.value == .success(.integer(1)))
        try tested.channel().close().wait()
        #expect(tested.dials == 3)
        try tested.greet()
        try tested.channel().close().wait()
        #expect(tested.dials == 3)
        tested.loop.advanceTime(by: .seconds(2))
        #expect(tested.dials == 4)
    }

    @Test func afterAFailedAttemptCommandsFailAtOnceUntilTheNextSucceeds() throws {
        let tested = EmbeddedConnection()
        try tested.open()
        tested.isDown = true
        try tested.channel().close().wait()
        tested.loop.run()
        let outcome = tested.send(["GET", "a"])
        tested.loop.run()
        #expect(outcome.value == .failure(.unavailable("refused")))
        tested.loop.advanceTime(by: .seconds(2))
        tested.isDown = false
        tested.loop.advanceTime(by: .seconds(2))
        #expect(tested.dials == 2)
        try tested.greet()
        let next = tested.send(["GET", "a"])
        _ = try tested.sent()
        try tested.receive(":1\r\n")
        #expect(next.value == .success(.integer(1)))
    }

    @Test func aConnectionThatMayWaitKeepsItsCommandsWhileItBacksOff() throws {
        let tested = EmbeddedConnection(failsFast: false)
        tested.isDown = true
        tested.connection.start()
        let early = tested.send(["GET", "a"], timeout: .milliseconds(1))
        let late = tested.send(["GET", "b"], timeout: .seconds(60))
        tested.loop.run()
        tested.loop.advanceTime(by: .milliseconds(1))
        #expect(early.value == .failure(.unavailable("refused")))
        tested.isDown = false
        tested.loop.advanceTime(by: .seconds(2))
        try tested.greet()
        try tested.receive(":1\r\n")
        #expect(late.value == .success(.integer(1)))
    }

    @Test func aHandshakeWithoutAnswerIsAFailedAttempt() throws {
        let tested = EmbeddedConnection()
        tested.connection.start()
        tested.loop.run()
        let outcome = tested.send(["GET", "a"])
        tested.loop.run()
        tested.loop.advanceTime(by: .seconds(2))
        #expect(outcome.value == .failure(.unavailable("no connection within 2.0 seconds")))
        #expect(tested.statuses.all.count == 1)
    }

    @Test func aHandshakeThatIsRefusedIsAFailedAttempt() throws {
        let tested = EmbeddedConnection()
        tested.connection.start()
        let outcome = tested.send(["GET", "a"])
        tested.loop.run()
        try tested.receive("-ERR max number of clients reached\r\n")
        #expect(
            outcome.value
                == .failure(.unavailable("Redis refused the connection (ERR max number of clients reached)"))
        )
    }
}
