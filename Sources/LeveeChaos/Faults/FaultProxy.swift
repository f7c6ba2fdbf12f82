// A TCP proxy on loopback that does to traffic what bad networks do.

import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// Stands between a process and a server, and treats what goes through by its mode, which can be changed at any time.
package final class FaultProxy: Sendable {
    /// The port it listens on.
    package let port: Int
    private let listener: any Channel
    private let control: ProxyControl

    private init(port: Int, listener: any Channel, control: ProxyControl) {
        self.port = port
        self.listener = listener
        self.control = control
    }

    /// Starts a proxy on a free port.
    ///
    /// - Parameter upstream: The port on loopback that it passes connections on to.
    /// - Returns: The proxy, which passes all bytes on.
    /// - Throws: If no port is free.
    package static func start(upstream: Int) async throws -> FaultProxy {
        let control = ProxyControl()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try ProxyLink(client: channel, control: control).open(upstream: upstream)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return FaultProxy(port: listener.localAddress?.port ?? 0, listener: listener, control: control)
    }

    /// Changes how bytes are treated from now on; a count of bytes begins anew.
    package func become(_ mode: ProxyMode) {
        control.become(mode)
    }

    /// How many bytes have been swallowed so far.
    package var swallowedBytes: Int { control.swallowedBytes }

    /// Ends the proxy and all connections through it.
    package func close() async {
        try? await listener.close()
        for channel in control.channels { channel.close(promise: nil) }
    }
}

/// What the links of a proxy go by.
final class ProxyControl: Sendable {
    private struct State {
        var mode = ProxyMode.pass
        var generation = 0
        var swallowedBytes = 0
        var channels: [ObjectIdentifier: any Channel] = [:]
    }

    private let state = NIOLockedValueBox(State())

    /// The mode, and how many there have been before.
    var mode: (ProxyMode, generation: Int) { state.withLockedValue { ($0.mode, $0.generation) } }

    var swallowedBytes: Int { state.withLockedValue { $0.swallowedBytes } }

    func swallow(_ count: Int) {
        state.withLockedValue { $0.swallowedBytes += count }
    }

    var channels: [any Channel] { state.withLockedValue { Array($0.channels.values) } }

    func become(_ mode: ProxyMode) {
        state.withLockedValue {
            $0.mode = mode
            $0.generation += 1
        }
    }

    func add(_ channel: any Channel) {
        state.withLockedValue { $0.channels[ObjectIdentifier(channel)] = channel }
        channel.closeFuture.whenComplete { _ in
            self.state.withLockedValue { _ = $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
        }
    }
}
