// Opens sockets to Redis, and says in words why one cannot be opened.

internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How to reach an endpoint.
struct Dialer: Sendable {
    let endpoint: RedisEndpoint
    let connectTimeout: TimeAmount
    /// The most bytes to read at once. More than the usual 64 KiB keeps large values from waiting for many loop turns.
    var maximumReadSize = 64 << 10

    /// Opens a channel that reads nothing until it is told to.
    func dial(on eventLoop: any EventLoop) -> EventLoopFuture<any Channel> {
        let bootstrap = bootstrap(on: eventLoop).channelOption(.autoRead, value: false)
        return switch endpoint.address {
        case .tcp(let host, let port): bootstrap.connect(host: host, port: port)
        case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
        }
    }

    /// Opens a channel and sets it up with `initializer`.
    func dial<Output: Sendable>(
        on group: any EventLoopGroup,
        initializer: @escaping @Sendable (any Channel) -> EventLoopFuture<Output>
    ) async throws -> Output {
        let bootstrap = bootstrap(on: group)
        return switch endpoint.address {
        case .tcp(let host, let port):
            try await bootstrap.connect(host: host, port: port, channelInitializer: initializer)
        case .unix(let path):
            try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: initializer)
        }
    }

    private func bootstrap(on group: any EventLoopGroup) -> ClientBootstrap {
        let allocator = AdaptiveRecvByteBufferAllocator(minimum: 2_048, initial: 16_384, maximum: maximumReadSize)
        let bootstrap = ClientBootstrap(group: group)
            .connectTimeout(connectTimeout)
            .channelOption(.recvAllocator, value: allocator)
        return switch endpoint.address {
        case .tcp:
            bootstrap
                .channelOption(.socketOption(.so_keepalive), value: 1)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        case .unix:
            bootstrap
        }
    }

    /// The reason without the names of types.
    static func describe(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            (error.connectionErrors.first?.error ?? error.dnsAError ?? error.dnsAAAAError).map(describe)
                ?? "no address for \(error.host)"
        case ChannelError.connectTimeout(let limit):
            "no connection within \(Duration(limit))"
        case let error as IOError:
            describe(errno: error.errnoCode)
        default:
            String(describing: error)
        }
    }

    private static func describe(errno: CInt) -> String {
        switch errno {
        case ECONNREFUSED: "nobody listens there"
        case ENOENT: "there is no such socket"
        case ECONNRESET, EPIPE: "the connection was reset"
        case ETIMEDOUT: "it could not be reached in time"
        case EHOSTUNREACH, ENETUNREACH: "there is no way to it"
        case EACCES: "this user may not connect to it"
        case EMFILE, ENFILE: "there are too many open files"
        default: String(cString: strerror(errno)).lowercased()
        }
    }
}
