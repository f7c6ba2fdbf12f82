// A connection as other threads see it: a mailbox in front of the event loop.

private import NIOConcurrencyHelpers
internal import NIOCore

/// Takes commands from any thread. Those that arrive before the loop comes round go out with one flush.
final class RedisConnection: Sendable {
    private struct Mailbox {
        var submissions: [Submission] = []
        var isClosed = false
    }

    let eventLoop: any EventLoop
    private let driver: NIOLoopBoundBox<ConnectionDriver>
    private let mailbox = NIOLockedValueBox(Mailbox())

    init(eventLoop: any EventLoop, state: ConnectionState, settings: ConnectionDriver.Settings) {
        self.eventLoop = eventLoop
        driver = .makeBoxSendingValue(
            ConnectionDriver(eventLoop: eventLoop, state: state, settings: settings),
            eventLoop: eventLoop
        )
    }

    /// Connects, and from then on again after every loss until the shutdown.
    func start() {
        eventLoop.execute { self.driver.value.start() }
    }

    func submit(_ submission: Submission) {
        let isFirst: Bool? = mailbox.withLockedValue { mailbox in
            if mailbox.isClosed { return nil }
            mailbox.submissions.append(submission)
            return mailbox.submissions.count == 1
        }
        switch isFirst {
        case true: eventLoop.execute { self.drain() }
        case false: break
        case nil: submission.reply.fail(.closed)
        }
    }

    private func drain(closing: Bool = false) {
        let batch = mailbox.withLockedValue { mailbox in
            defer { mailbox = Mailbox(isClosed: closing || mailbox.isClosed) }
            return mailbox.submissions
        }
        if !batch.isEmpty { driver.value.take(batch) }
    }

    /// Takes back a command that has not been sent; `false` when it is too late. Only on the event loop.
    func withdraw(_ reply: PendingReply) -> Bool {
        drain()
        return driver.value.withdraw(reply)
    }

    /// What Redis calls this connection, if it was asked and is there. Only on the event loop.
    var clientID: Int64? { driver.value.clientID }

    /// Refuses new commands, waits at most `grace` for those on their way, and closes.
    func shutDown(grace: Duration) async {
        // It fails only when the event loop itself has ended, and the connection with it.
        try? await beginShutdown(grace: TimeAmount(grace)).get()
    }

    func beginShutdown(grace: TimeAmount) -> EventLoopFuture<Void> {
        eventLoop.flatSubmit {
            self.drain(closing: true)
            return self.driver.value.shutDown(grace: grace)
        }
    }
}
