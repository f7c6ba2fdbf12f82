// The state machine of one connection of a subscription: pure, without clock or socket.

/// Handshake, subscription, messages; and whether the other side still lives.
struct FeedState: Sendable {
    private enum Phase {
        case handshaking
        case subscribing(missing: Int)
        case subscribed
    }

    enum Action: Equatable {
        case nothing
        case write(RedisCommand)
        case event(RedisSubscription.Event)
        case drop(String)
    }

    private var phase = Phase.handshaking
    private var handshake: Handshake
    private let channels: [String]
    private var ticksInSilence = 0
    /// Whether a ping was answered, so that the next connection need not wait.
    private(set) var isProven = false

    init(handshake: Handshake, channels: [String]) {
        self.handshake = handshake
        self.channels = channels
    }

    mutating func received(_ reply: RESPValue) -> Action {
        ticksInSilence = 0
        switch phase {
        case .handshaking:
            switch handshake.receive(reply) {
            case .unfinished: return .nothing
            case .failed(let reason): return .drop(reason)
            case .done:
                phase = .subscribing(missing: channels.count)
                var command: RedisCommand = ["SUBSCRIBE"]
                for channel in channels { command.append(channel) }
                return .write(command)
            }
        case .subscribing, .subscribed:
            return pushed(reply)
        }
    }

    private mutating func pushed(_ reply: RESPValue) -> Action {
        if case .error(let error) = reply { return .drop("Redis refused the subscription (\(error.message))") }
        guard let parts = reply.array, let kind = parts.first?.string else {
            return .drop("protocol violation: something that is no message on a subscription")
        }
        switch (kind, phase) {
        case ("message", _) where parts.count == 3:
            guard let channel = parts[1].string, let payload = parts[2].bytes else { break }
            return .event(.message(channel: channel, payload: payload))
        case ("subscribe", .subscribing(let missing)):
            if missing > 1 {
                phase = .subscribing(missing: missing - 1)
                return .nothing
            }
            phase = .subscribed
            return .event(.subscribed)
        case ("pong", _):
            isProven = true
            return .nothing
        default:
            break
        }
        return .drop("protocol violation: '\(kind)' on a subscription")
    }

    /// Once in every ping interval. After two without a word from the other side it counts as dead.
    mutating func tick() -> Action {
        if ticksInSilence == 2 { return .drop("Redis does not answer") }
        ticksInSilence += 1
        // Before it has subscribed it owes answers anyhow.
        if case .subscribed = phase { return .write(["PING"]) }
        return .nothing
    }
}
