// The connections to one front end.

import NIOCore

/// Whom a pool tells what became of a request.
protocol ConnectionPoolOwner: AnyObject {
    /// Events have come over a stream that goes on.
    func heard(_ events: [ServerEvent], slot: Int)
    /// A request has been answered, or never will be.
    func settled(slot: Int, with result: Result<Response, TransportError>)
}

/// Sends requests over the connections to one target. All of it happens on one event loop.
final class ConnectionPool {
    /// So many connections may be new at once: without an answer yet, and not a second old. The kernel completes connections
    /// that the server has not accepted; more than its backlog holds are dropped and tried again after a second, which would
    /// be measured as latency.
    static let maxNew = 64
    /// After how long a connection is not new any more over which no answer is to be expected at once.
    private static let acceptTime = TimeAmount.milliseconds(50)
    /// How many connections are kept that nobody needs, where there are as many as needed.
    static let mostIdle = 256

    private struct Waiting {
        var slot: Int
        var request: Request
    }

    private let target: LoadTarget
    private let sharing: ConnectionSharing
    private let limit: Int
    private let patience: TimeAmount
    private let writer: RequestWriter
    private let eventLoop: any EventLoop
    private let dial: Dial
    private weak var owner: (any ConnectionPoolOwner)?
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    private var idle: [HTTPConnection] = []
    private var own: [Int: HTTPConnection] = [:]
    private var waiting = CircularBuffer<Waiting>()
    private var dialing = 0
    /// How many connections are new, those that are being made included.
    private var new = 0
    private var isClosed = false
    /// How many connections have been made.
    private(set) var opened = 0
    /// How many requests were sent again, since an idle connection had been closed under them.
    private(set) var resent = 0

    init(
        target: LoadTarget,
        plan: LoadPlan,
        eventLoop: any EventLoop,
        dial: @escaping Dial,
        owner: any ConnectionPoolOwner
    ) {
        self.target = target
        sharing = plan.connections
        limit = plan.mostConnectionsOfTarget
        patience = TimeAmount(plan.requestTimeout)
        writer = RequestWriter(target: target, plan: plan)
        self.eventLoop = eventLoop
        self.dial = dial
        self.owner = owner
    }

    // MARK: Requests

    /// Sends a request as soon as a connection is free for it.
    func send(_ request: Request, slot: Int) {
        if let connection = freeConnection(for: slot) {
            dispatch(request, slot: slot, over: connection)
        } else {
            waiting.append(Waiting(slot: slot, request: request))
            dialAsNeeded()
        }
    }

    private func freeConnection(for slot: Int) -> HTTPConnection? {
        switch sharing {
        case .pooled, .asNeeded: idle.popLast()
        case .perClient: own[slot]
        }
    }

    private func dispatch(_ request: Request, slot: Int, over connection: HTTPConnection) {
        connection.send(request, slot: slot, at: eventLoop.now)
        guard connection.isNew, request.wait > .zero else { return }
        let me = NIOLoopBound((self, connection), eventLoop: eventLoop)
        eventLoop.scheduleTask(in: Self.acceptTime) {
            let (pool, connection) = me.value
            pool.outgrow(connection)
            pool.dialAsNeeded()
        }
    }

    /// Once a second: fails what has waited too long for its answer, and makes room for new connections.
    func tick(at now: NIODeadline) {
        for connection in connections.values {
            outgrow(connection)
            if let exchange = connection.exchange, exchange.aliveAt + exchange.request.wait + patience < now {
                connection.lose(.timeout)
            }
        }
        dialAsNeeded()
    }

    /// Closes all connections; nothing is told about what was under way.
    func close() {
        isClosed = true
        for connection in connections.values { connection.close() }
        connections = [:]
        idle = []
        own = [:]
        waiting = []
    }

    // MARK: Connections

    private func dialAsNeeded() {
        while !isClosed, dialing < waiting.count, new < Self.maxNew, connections.count + dialing < limit {
            dialing += 1
            new += 1
            let me = NIOLoopBound(self, eventLoop: eventLoop)
            dial(target, eventLoop).hop(to: eventLoop).whenComplete { result in
                me.value.dialed(result)
            }
        }
    }

    private func dialed(_ result: Result<any Channel, any Error>) {
        dialing -= 1
        do {
            try adopt(try result.get())
        } catch {
            new -= 1
            // One connection was dialed for one request.
            if let unlucky = waiting.popFirst() {
                owner?.settled(slot: unlucky.slot, with: .failure(.connect(Dialer.describe(error))))
            }
        }
        dialAsNeeded()
    }

    private func adopt(_ channel: any Channel) throws {
        guard !isClosed else { return channel.close(promise: nil) }
        let connection = HTTPConnection(writer: writer, owner: self)
        try channel.pipeline.syncOperations.addHandler(connection)
        try channel.syncOptions?.setOption(.autoRead, value: true)
        opened += 1
        connections[ObjectIdentifier(connection)] = connection
        guard channel.isActive else { return connection.lose(.closed) }
        employ(connection)
    }

    /// Gives a free connection to the request that has waited longest.
    private func employ(_ connection: HTTPConnection) {
        if let owner = connection.ownerSlot {
            own[owner] = connection
        } else if let next = waiting.popFirst() {
            if case .perClient = sharing {
                connection.ownerSlot = next.slot
                own[next.slot] = connection
            }
            dispatch(next.request, slot: next.slot, over: connection)
        } else if keepsIdle {
            idle.append(connection)
        } else {
            // More than enough, or made for a client that has ended meanwhile.
            forget(connection)
            connection.close()
        }
    }

    private var keepsIdle: Bool {
        switch sharing {
        case .pooled: true
        case .asNeeded: idle.count < Self.mostIdle
        case .perClient: false
        }
    }

    private func outgrow(_ connection: HTTPConnection) {
        guard connection.isNew else { return }
        connection.isNew = false
        new -= 1
    }

    private func forget(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = nil
        if let slot = connection.ownerSlot, own[slot] === connection { own[slot] = nil }
        idle.removeAll { $0 === connection }
        outgrow(connection)
    }
}

extension ConnectionPool: HTTPConnectionOwner {
    func heard(_ connection: HTTPConnection, slot: Int, _ events: [ServerEvent]) {
        if connection.isNew {
            outgrow(connection)
            dialAsNeeded()
        }
        owner?.heard(events, slot: slot)
    }

    func answered(_ connection: HTTPConnection, slot: Int, with response: Response) {
        outgrow(connection)
        if response.closes {
            forget(connection)
            connection.close()
        } else {
            employ(connection)
        }
        dialAsNeeded()
        owner?.settled(slot: slot, with: .success(response))
    }

    func lost(_ connection: HTTPConnection, exchange: HTTPConnection.Exchange?, because error: TransportError) {
        forget(connection)
        if let exchange {
            if exchange.mayBeStale, exchange.request.isIdempotent, error != .timeout {
                resent += 1
                waiting.prepend(Waiting(slot: exchange.slot, request: exchange.request))
            } else {
                owner?.settled(slot: exchange.slot, with: .failure(error))
            }
        }
        dialAsNeeded()
    }
}
