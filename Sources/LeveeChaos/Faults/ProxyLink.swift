// One connection through a fault proxy: two channels on one event loop.

import NIOCore
import NIOPosix

/// Carries bytes between a client and the server, as the mode of the proxy says.
final class ProxyLink {
    /// Where bytes come from.
    enum Side: Int {
        case client
        case server

        var other: Side { self == .client ? .server : .client }
    }

    private static let slowBeat = TimeAmount.milliseconds(20)
    private static let slicedBeat = TimeAmount.milliseconds(1)
    private static let slicesPerBeat = 32

    private let control: ProxyControl
    private let loop: any EventLoop
    /// The channel of each side; nil before it is connected and after it has ended.
    private var channels: [(any Channel)?]
    /// What came from each side and has not been passed on.
    private var waiting = [ByteBuffer(), ByteBuffer()]
    private var hasBeat = [false, false]
    private var isDead = false
    private var isOver = false
    private var passed = 0
    private var generation = 0

    init(client: any Channel, control: ProxyControl) {
        self.control = control
        loop = client.eventLoop
        channels = [client, nil]
        control.add(client)
    }

    /// Connects to the server; until then nothing is read from the client.
    func open(upstream: Int) throws {
        try channels[0]?.pipeline.syncOperations.addHandler(ProxyRelay(link: self, side: .client))
        ClientBootstrap(group: loop)
            .channelOption(.autoRead, value: false)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: "127.0.0.1", port: upstream)
            .assumeIsolated()
            .whenComplete { result in
                guard case .success(let server) = result, !self.isOver else {
                    if case .success(let server) = result { server.close(promise: nil) }
                    return self.end()
                }
                self.control.add(server)
                self.channels[Side.server.rawValue] = server
                do {
                    try server.pipeline.syncOperations.addHandler(ProxyRelay(link: self, side: .server))
                } catch {
                    return self.end()
                }
                for channel in self.channels { channel?.setOption(.autoRead, value: true).whenFailure { _ in } }
            }
    }

    /// Takes in what came from a side.
    func take(_ bytes: ByteBuffer, from side: Side) {
        guard !isOver else { return }
        guard !isDead else { return control.swallow(bytes.readableBytes) }
        var bytes = bytes
        waiting[side.rawValue].writeBuffer(&bytes)
        pass(from: side)
    }

    /// Notes that a side has ended. A dead link tells nobody.
    func lost(_ side: Side) {
        channels[side.rawValue] = nil
        if !isDead || channels[side.other.rawValue] == nil { end() }
    }

    private func end() {
        guard !isOver else { return }
        isOver = true
        for channel in channels { channel?.close(promise: nil) }
        channels = [nil, nil]
    }

    /// Ends both connections with a reset instead of an orderly close.
    private func cut() {
        for channel in channels {
            guard let socket = channel as? any SocketOptionProvider else { continue }
            socket.unsafeSetSocketOption(level: .socket, name: .so_linger, value: Linger()).whenFailure { _ in }
        }
        end()
    }

    private func pass(from side: Side) {
        let (mode, generation) = control.mode
        if generation != self.generation {
            self.generation = generation
            passed = 0
        }
        let count = waiting[side.rawValue].readableBytes
        guard !isDead, !isOver, count > 0 else { return }
        switch mode {
        case .pass:
            send(count, from: side)
        case .reset(let limit):
            send(min(count, max(0, limit - passed)), from: side)
            if passed >= limit { cut() }
        case .blackhole:
            isDead = true
            control.swallow(waiting[0].readableBytes + waiting[1].readableBytes)
            waiting = [ByteBuffer(), ByteBuffer()]
        case .slow(let rate):
            beat(every: Self.slowBeat, from: side) { link in
                link.send(max(1, rate * Int(Self.slowBeat.nanoseconds) / 1_000_000_000), from: side)
            }
        case .sliced(let largest):
            beat(every: Self.slicedBeat, from: side) { link in
                for _ in 0..<Self.slicesPerBeat { link.send(Int.random(in: 1...max(1, largest)), from: side) }
            }
        }
    }

    /// Passes a piece on in a moment, and looks again then how to go on.
    private func beat(every pause: TimeAmount, from side: Side, _ piece: @escaping (ProxyLink) -> Void) {
        guard !hasBeat[side.rawValue] else { return }
        hasBeat[side.rawValue] = true
        loop.assumeIsolated().scheduleTask(in: pause) {
            self.hasBeat[side.rawValue] = false
            piece(self)
            self.pass(from: side)
        }
    }

    private func send(_ most: Int, from side: Side) {
        let count = min(most, waiting[side.rawValue].readableBytes)
        guard !isDead, !isOver, count > 0, let piece = waiting[side.rawValue].readSlice(length: count) else { return }
        passed += count
        channels[side.other.rawValue]?.writeAndFlush(piece, promise: nil)
        if waiting[side.rawValue].readableBytes == 0 { waiting[side.rawValue].clear() }
    }
}

/// The value of SO_LINGER (socket(7)) with which a close sends a reset.
private struct Linger {
    var isOn: Int32 = 1
    var seconds: Int32 = 0
}

/// Brings a channel's events to its link.
private final class ProxyRelay: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let link: ProxyLink
    private let side: ProxyLink.Side

    init(link: ProxyLink, side: ProxyLink.Side) {
        self.link = link
        self.side = side
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        link.take(unwrapInboundIn(data), from: side)
    }

    func channelInactive(context: ChannelHandlerContext) {
        link.lost(side)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
