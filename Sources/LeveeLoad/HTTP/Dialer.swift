// Opens connections.

import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Opens a channel to a target on an event loop; tests put channels of their own in its place.
typealias Dial = (LoadTarget, any EventLoop) -> EventLoopFuture<any Channel>

/// Opens channels, and remembers to which address a name led: to look it up for each of a thousand connections would cost
/// more than the requests. It belongs to one event loop.
final class Dialer {
    private var addresses: [LoadTarget: SocketAddress] = [:]

    func dial(_ target: LoadTarget, on eventLoop: any EventLoop) -> EventLoopFuture<any Channel> {
        let bootstrap = Self.bootstrap(on: eventLoop)
        let channel =
            addresses[target].map(bootstrap.connect(to:))
            ?? bootstrap.connect(host: target.host, port: target.port)
        let me = NIOLoopBound(self, eventLoop: eventLoop)
        // A connection that fails may mean that the name leads elsewhere by now.
        channel.whenComplete { me.value.addresses[target] = (try? $0.get())?.remoteAddress }
        return channel
    }

    private static func bootstrap(on eventLoop: any EventLoop) -> ClientBootstrap {
        ClientBootstrap(group: eventLoop)
            .connectTimeout(.seconds(10))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // One read per wake-up: responses are small, and a read that finds nothing costs as much as one that does.
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4_096))
            // Nothing is read before there is somebody to read it.
            .channelOption(.autoRead, value: false)
    }

    /// An error in the few words by which errors are counted: no addresses, no descriptors.
    static func describe(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            error.connectionErrors.last.map { describe($0.error) } ?? "failed: name unknown"
        case let error as IOError:
            describe(errno: error.errnoCode)
        case ChannelError.connectTimeout:
            "timed out"
        default:
            "failed: \(error)"
        }
    }

    private static func describe(errno: CInt) -> String {
        switch errno {
        case ECONNREFUSED: "refused"
        case ECONNRESET, EPIPE: "reset"
        case ETIMEDOUT: "timed out"
        case EMFILE, ENFILE: "failed: too many open files"
        case EADDRNOTAVAIL: "failed: no local port free"
        case EHOSTUNREACH, ENETUNREACH: "failed: unreachable"
        default: "failed: errno \(errno)"
        }
    }
}
