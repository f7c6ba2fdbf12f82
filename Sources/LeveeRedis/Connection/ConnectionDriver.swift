// Does on an event loop what the state machine of a connection decides: sockets, timers, log lines.

internal import Logging
internal import NIOCore

/// One connection's hands. Everything happens on its event loop.
final class ConnectionDriver {
    typealias Dial = @Sendable (any EventLoop) -> EventLoopFuture<any Channel>

    /// Whether the connection can be used, for those who wait for that.
    enum Status: Sendable {
        case up
        case down(wasUp: Bool, String)
    }

    struct Settings: Sendable {
        var connectTimeout: TimeAmount
        var maximumReplyBytes: Int
        var dial: Dial
        var logger: Logger
        var report: @Sendable (Status) -> Void
    }

    private let eventLoop: any EventLoop
    private let settings: Settings
    private var state: ConnectionState
    private var channel: (any Channel)?
    private var handler: CommandHandler?
    private var expiryTimer: (at: NIODeadline, task: Scheduled<Void>)?
    private var connectTimer: Scheduled<Void>?
    private var retryTimer: Scheduled<Void>?
    private var graceTimer: Scheduled<Void>?
    /// Tells the answer to this attempt to connect from that to an earlier one.
    private var attempt = 0
    /// A reason is worth one warning, not one for each attempt.
    private var lastWarning: String?
    private let closed: EventLoopPromise<Void>
    private var randomness = SystemRandomNumberGenerator()

    init(eventLoop: any EventLoop, state: ConnectionState, settings: Settings) {
        self.eventLoop = eventLoop
        self.state = state
        self.settings = settings
        closed = eventLoop.makePromise()
    }

    deinit { closed.succeed() }

    var clientID: Int64? { state.clientID }

    // MARK: Commands

    /// Sends the commands of one loop turn with one flush, or keeps them until there is a connection.
    func take(_ batch: [Submission]) {
        switch state.enqueue(batch) {
        case .write(let submissions):
            write(submissions)
        case .wait:
            watchDeadlines(of: batch)
        case .fail(let error):
            for submission in batch { submission.reply.fail(error) }
        }
    }

    private func write(_ submissions: [Submission]) {
        guard let channel, var bytes = submissions.first?.bytes else { return }
        if submissions.count > 1 {
            bytes = channel.allocator.buffer(capacity: submissions.reduce(0) { $0 + $1.bytes.readableBytes })
            for submission in submissions { bytes.writeImmutableBuffer(submission.bytes) }
        }
        channel.writeAndFlush(bytes, promise: nil)
        watchDeadlines(of: submissions)
    }

    /// Takes back a command that has not been sent; `false` when it is too late for that.
    func withdraw(_ reply: PendingReply) -> Bool { state.withdraw(reply) }

    // MARK: The connection

    /// Connects for the first time; after that it does so by itself.
    func start() {
        if state.start() { connect() }
    }

    private func retry() {
        if state.retry() { connect() }
    }

    private func connect() {
        attempt += 1
        let attempt = attempt
        let me = NIOLoopBound(self, eventLoop: eventLoop)
        connectTimer = eventLoop.scheduleTask(in: settings.connectTimeout) {
            me.value.lost("no connection within \(Duration(me.value.settings.connectTimeout))")
        }
        settings.dial(eventLoop).hop(to: eventLoop).whenComplete { result in
            switch result {
            case .success(let channel): me.value.opened(channel, attempt: attempt)
            case .failure(let error) where me.value.attempt == attempt: me.value.lost(Dialer.describe(error))
            case .failure: break
            }
        }
    }

    private func opened(_ channel: any Channel, attempt: Int) {
        guard self.attempt == attempt, let commands = state.opened() else {
            channel.close(promise: nil)
            return
        }
        let handler = CommandHandler(driver: self, maximumReplyBytes: settings.maximumReplyBytes)
        self.channel = channel
        self.handler = handler
        do {
            try channel.pipeline.syncOperations.addHandler(handler)
            let greeting = try CommandEncoder.encode(commands)
            // Nothing is read before the handler is in place.
            try channel.syncOptions?.setOption(.autoRead, value: true)
            channel.writeAndFlush(greeting, promise: nil)
            if !channel.isActive { lost("Redis closed the connection at once") }
        } catch {
            lost(Dialer.describe(error))
        }
    }

    func received(_ reply: RESPValue) {
        switch state.received(reply) {
        case .nothing:
            break
        case .ready(let submissions):
            connectTimer?.cancel()
            settings.logger.info("connected to Redis")
            lastWarning = nil
            settings.report(.up)
            write(submissions)
        case .deliver(let pending):
            pending.deliver(reply)
        case .deliverAndClose(let pending):
            pending.deliver(reply)
            lost("shut down")
        case .drop(let reason):
            lost(reason)
        }
    }

    /// There is no connection, or it is given up: settles what hangs on it and arranges for the next.
    func lost(_ reason: String) {
        attempt += 1
        connectTimer?.cancel()
        handler?.detach()
        handler = nil
        channel?.close(promise: nil)
        channel = nil
        let loss = state.lost(reason, using: &randomness)
        for reply in loss.unanswered { reply.fail(.unknownOutcome(reason)) }
        for reply in loss.unsent { reply.fail(.unavailable(reason)) }
        guard let delay = loss.retry else { return finish() }
        settings.logger.log(
            level: reason == lastWarning ? .debug : .warning,
            "no connection to Redis",
            metadata: ["reason": "\(reason)", "retry-in": "\(delay)"]
        )
        lastWarning = reason
        settings.report(.down(wasUp: loss.wasReady, reason))
        if delay == .zero { return connect() }
        let me = NIOLoopBound(self, eventLoop: eventLoop)
        retryTimer = eventLoop.scheduleTask(in: TimeAmount(delay)) { me.value.retry() }
    }

    // MARK: Deadlines

    private func watchDeadlines(of batch: [Submission]) {
        if let first = batch.lazy.map(\.reply.deadline).min() { watch(first) }
    }

    private func watch(_ deadline: NIODeadline) {
        if let expiryTimer, expiryTimer.at <= deadline { return }
        expiryTimer?.task.cancel()
        let me = NIOLoopBound(self, eventLoop: eventLoop)
        expiryTimer = (deadline, eventLoop.scheduleTask(deadline: deadline) { me.value.expire() })
    }

    private func expire() {
        expiryTimer = nil
        let expiry = state.expire(at: eventLoop.now)
        for reply in expiry.unanswered { reply.fail(.unknownOutcome("no answer within the deadline")) }
        for reply in expiry.unsent { reply.fail(state.unavailability) }
        if expiry.isDead { return lost("Redis does not answer") }
        if let next = expiry.next { watch(next) }
    }

    // MARK: The end

    /// Refuses new commands, waits at most `grace` for those on their way, and closes.
    func shutDown(grace: TimeAmount) -> EventLoopFuture<Void> {
        if state.phase == .closed { return closed.futureResult }
        let shutdown = state.shutDown()
        retryTimer?.cancel()
        for reply in shutdown.unsent { reply.fail(.closed) }
        if shutdown.closesNow {
            lost("shut down")
        } else if graceTimer == nil {
            let me = NIOLoopBound(self, eventLoop: eventLoop)
            graceTimer = eventLoop.scheduleTask(in: grace) { me.value.lost("shut down before the reply came") }
        }
        return closed.futureResult
    }

    private func finish() {
        settings.logger.info("disconnected from Redis", metadata: ["reason": "shut down"])
        expiryTimer?.task.cancel()
        retryTimer?.cancel()
        graceTimer?.cancel()
        closed.succeed()
    }
}
