// Ports on loopback that nobody uses.

import NIOCore
import NIOPosix

/// Finds free ports.
enum FreePort {
    /// So many different ports that were free a moment ago.
    static func find(_ count: Int) async throws -> [Int] {
        var listeners: [any Channel] = []
        for _ in 0..<count {
            listeners.append(
                try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .bind(host: "127.0.0.1", port: 0).get()
            )
        }
        let ports = listeners.compactMap { $0.localAddress?.port }
        for listener in listeners { try await listener.close() }
        return ports
    }
}
