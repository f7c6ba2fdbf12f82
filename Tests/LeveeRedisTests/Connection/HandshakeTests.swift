// What a connection says first, and what it makes of the answers.

import Testing

@testable import LeveeRedis

@Suite struct HandshakeTests {
    private func handshake(_ url: String, asksForClientID: Bool = false) throws -> Handshake {
        Handshake(endpoint: try RedisEndpoint(url), name: "n", asksForClientID: asksForClientID)
    }

    @Test func saysNoMoreThanNeeded() throws {
        #expect(try handshake("redis://h").commands == [["CLIENT", "SETNAME", "n"], ["PING"]])
        #expect(
            try handshake("redis://:pw@h/2", asksForClientID: true).commands
                == [["AUTH", "pw"], ["SELECT", "2"], ["CLIENT", "SETNAME", "n"], ["CLIENT", "ID"], ["PING"]]
        )
        #expect(try handshake("redis://me:pw@h").commands.first == ["AUTH", "me", "pw"])
    }

    @Test func isDoneWhenAllIsAnswered() throws {
        var handshake = try handshake("redis://h", asksForClientID: true)
        #expect(handshake.receive(.simple("OK")) == .unfinished)
        #expect(handshake.receive(.integer(17)) == .unfinished)
        #expect(handshake.receive(.simple("PONG")) == .done)
        #expect(handshake.clientID == 17)
    }

    @Test(arguments: [
        ("redis://:pw@h", "WRONGPASS invalid username-password pair", "does not accept the user or password"),
        ("redis://h", "NOAUTH Authentication required.", "put it into its URL"),
        ("redis://h", "ERR max number of clients reached", "refused the connection"),
        ("redis://h", "LOADING Redis is loading the dataset in memory", "still loading"),
    ])
    func saysWhatIsWrong(url: String, answer: String, says: String) throws {
        var handshake = try handshake(url)
        guard case .failed(let reason) = handshake.receive(.error(RedisServerError(answer))) else {
            Issue.record("the error was accepted")
            return
        }
        #expect(reason.contains(says) && reason.contains(answer))
    }

    @Test func onlyLoadingAndAuthenticationAreProblemsOfThePing() throws {
        for (answer, isFatal) in [
            ("MISCONF disk", false), ("NOPERM ping", false), ("LOADING x", true), ("NOAUTH x", true),
        ] {
            var handshake = try handshake("redis://h")
            _ = handshake.receive(.simple("OK"))
            let progress = handshake.receive(.error(RedisServerError(answer)))
            #expect((progress != .done) == isFatal, "\(answer)")
        }
    }
}
