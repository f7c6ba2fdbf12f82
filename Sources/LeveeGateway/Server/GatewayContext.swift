// What the gateway's routes know of a request beside itself.

import Hummingbird
import LeveeCore
import NIOCore

/// The context of one request.
struct GatewayContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who sent it.
    var tenant = Tenant.standard
    /// The IP address of the client.
    var address: String? { channel.remoteAddress?.ipAddress }
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The connection of the client, which tells when it leaves.
    func client() async -> ClientConnection {
        let found = channel.eventLoop.submit {
            try channel.pipeline.syncOperations.handler(type: ConnectionHandler.self).client
        }
        if channel.isActive, let client = try? await found.get() { return client }
        let gone = ClientConnection()
        gone.leave()
        return gone
    }
}
