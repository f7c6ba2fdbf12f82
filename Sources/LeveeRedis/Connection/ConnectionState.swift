// The state machine of one pipelined connection that comes back after every loss: pure, without clock or socket.

internal import NIOCore

/// What a connection owes to whom. Each event returns what the shell has to do about it.
///
///     idle -> connecting -> handshaking -> ready -> draining -> closed
///                ^   |           |           |
///                |   '-----------+-----------'   lost
///                '-- backing off <---------------'
///
/// Replies come in the order of the commands, so the pending ones are a queue. A caller that no longer waits leaves
/// its slot in it, and the late reply is dropped.
struct ConnectionState {
    enum Phase: Equatable {
        case idle
        case connecting
        case handshaking
        case ready
        case backingOff
        case draining
        case closed
    }

    private struct Slot {
        let reply: PendingReply
        var missing: Int
        var isOverdue = false
    }

    struct Policy {
        var backoff = Backoff()
        /// How long after its deadline the oldest command may stay unanswered before the connection counts as dead.
        var overdueGrace: TimeAmount
        /// Whether commands fail at once while the connection backs off, or wait until their deadline.
        var failsFast = true
    }

    private(set) var phase = Phase.idle
    private(set) var clientID: Int64?
    private let policy: Policy
    private let freshHandshake: Handshake
    private var handshake: Handshake
    private var waiting = CircularBuffer<Submission>()
    private var inFlight = CircularBuffer<Slot>()
    /// Breaks and failed attempts since a command was last answered.
    private var failures = 0
    private var lastError = "not connected yet"

    init(handshake: Handshake, policy: Policy) {
        self.freshHandshake = handshake
        self.handshake = handshake
        self.policy = policy
    }

    // MARK: Commands

    enum EnqueueAction {
        case write([Submission])
        case wait
        case fail(RedisError)
    }

    /// Takes the commands of one loop turn; those to write are from here on in flight.
    mutating func enqueue(_ batch: [Submission]) -> EnqueueAction {
        switch phase {
        case .idle, .connecting, .handshaking:
            waiting.append(contentsOf: batch)
            return .wait
        case .backingOff where policy.failsFast:
            return .fail(.unavailable(lastError))
        case .backingOff:
            waiting.append(contentsOf: batch)
            return .wait
        case .ready:
            return .write(putInFlight(batch))
        case .draining, .closed:
            return .fail(.closed)
        }
    }

    private mutating func putInFlight(_ batch: some Collection<Submission>) -> [Submission] {
        let wanted = batch.filter { !$0.reply.isSettled }
        for submission in wanted {
            inFlight.append(Slot(reply: submission.reply, missing: submission.reply.count))
        }
        return wanted
    }

    /// Takes back a command that has not been sent; `false` when it is too late for that.
    mutating func withdraw(_ reply: PendingReply) -> Bool {
        guard let index = waiting.firstIndex(where: { $0.reply === reply }) else { return false }
        waiting.remove(at: index)
        return true
    }

    // MARK: The connection

    /// Whether to connect now because it is wanted for the first time.
    mutating func start() -> Bool {
        guard phase == .idle else { return false }
        phase = .connecting
        return true
    }

    /// Whether to connect now because the wait of the backoff is over.
    mutating func retry() -> Bool {
        guard phase == .backingOff else { return false }
        phase = .connecting
        return true
    }

    /// The channel is open: what to write first, or `nil` when it is no longer wanted.
    mutating func opened() -> [RedisCommand]? {
        guard phase == .connecting else { return nil }
        phase = .handshaking
        handshake = freshHandshake
        return handshake.commands
    }

    enum ReceiveAction {
        case nothing
        /// The handshake is over; these are now in flight.
        case ready(write: [Submission])
        case deliver(PendingReply)
        /// The last reply that a shutdown waited for.
        case deliverAndClose(PendingReply)
        case drop(String)
    }

    mutating func received(_ reply: RESPValue) -> ReceiveAction {
        switch phase {
        case .handshaking:
            switch handshake.receive(reply) {
            case .unfinished: return .nothing
            case .failed(let reason): return .drop(reason)
            case .done:
                phase = .ready
                clientID = handshake.clientID
                let batch = waiting
                waiting = CircularBuffer()
                return .ready(write: putInFlight(batch))
            }
        case .ready, .draining:
            guard !inFlight.isEmpty else { return .drop("protocol violation: a reply nobody asked for") }
            failures = 0
            let pending = inFlight[inFlight.startIndex].reply
            inFlight[inFlight.startIndex].missing -= 1
            if inFlight[inFlight.startIndex].missing == 0 { inFlight.removeFirst() }
            return phase == .draining && inFlight.isEmpty ? .deliverAndClose(pending) : .deliver(pending)
        case .idle, .connecting, .backingOff, .closed:
            return .drop("protocol violation: a reply before the first command")
        }
    }

    struct Loss {
        /// Sent: whether Redis ran them is not known.
        var unanswered: [PendingReply] = []
        /// Not sent, and the next attempt is too far away to wait for.
        var unsent: [PendingReply] = []
        /// When to connect again; `nil` means never.
        var retry: Duration?
        /// Whether commands were answered until now.
        var wasReady = false
    }

    /// The connection broke, or there was none to be had. The first break of one that worked is mended at once.
    mutating func lost(_ reason: String, using generator: inout some RandomNumberGenerator) -> Loss {
        var loss = Loss(unanswered: inFlight.map(\.reply), wasReady: phase == .ready)
        inFlight.removeAll()
        clientID = nil
        switch phase {
        case .idle, .draining, .closed:
            phase = .closed
        case .ready where failures == 0:
            failures = 1
            lastError = reason
            phase = .connecting
            loss.retry = .zero
        case .connecting, .handshaking, .ready, .backingOff:
            failures += 1
            lastError = reason
            phase = .backingOff
            loss.retry = policy.backoff.delay(failures: failures, using: &generator)
            if policy.failsFast { loss.unsent = takeWaiting() }
        }
        return loss
    }

    /// Why there is no connection, in words.
    var unavailability: RedisError { .unavailable(lastError) }

    // MARK: Deadlines

    struct Expiry {
        var unanswered: [PendingReply] = []
        var unsent: [PendingReply] = []
        /// The oldest command has been overdue for so long that the connection counts as dead.
        var isDead = false
        /// When to look again; `nil` when nothing is pending.
        var next: NIODeadline?
    }

    /// Looks for commands whose deadline has passed.
    mutating func expire(at now: NIODeadline) -> Expiry {
        var expiry = Expiry()
        var next = NIODeadline.distantFuture
        for index in inFlight.indices where !inFlight[index].isOverdue {
            if inFlight[index].reply.deadline <= now {
                inFlight[index].isOverdue = true
                expiry.unanswered.append(inFlight[index].reply)
            } else {
                next = min(next, inFlight[index].reply.deadline)
            }
        }
        expiry.unsent = waiting.filter { $0.reply.deadline <= now }.map(\.reply)
        if !expiry.unsent.isEmpty { waiting.removeAll { $0.reply.deadline <= now } }
        for submission in waiting { next = min(next, submission.reply.deadline) }
        if let oldest = inFlight.first {
            let end = oldest.reply.deadline + policy.overdueGrace
            expiry.isDead = end <= now
            next = min(next, end)
        }
        expiry.next = inFlight.isEmpty && waiting.isEmpty ? nil : next
        return expiry
    }

    // MARK: The end

    struct Shutdown {
        var unsent: [PendingReply]
        /// Nothing is on its way, so that the channel can be closed now.
        var closesNow: Bool
    }

    /// No more commands; those on their way may finish.
    mutating func shutDown() -> Shutdown {
        let canDrain = phase == .ready && !inFlight.isEmpty || phase == .draining
        phase = canDrain ? .draining : .closed
        return Shutdown(unsent: takeWaiting(), closesNow: !canDrain)
    }

    private mutating func takeWaiting() -> [PendingReply] {
        defer { waiting.removeAll() }
        return waiting.map(\.reply)
    }
}
