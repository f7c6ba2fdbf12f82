// One of the addresses at which a front end listens, as a service that says so.

import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Runs a server, tells where it listens, and tells apart whether it failed before or after it did.
final class Door: Service {
    private let name: String
    private let host: String
    private let port: Int
    private let option: String
    private let manager: ServiceManager?
    private let logger: Logger
    private let run: @Sendable (@escaping @Sendable (any Channel) async -> Void) async throws -> Void
    private let isOpen = Mutex(false)

    /// Creates a door.
    ///
    /// - Parameters:
    ///   - name: What the log calls it.
    ///   - host: The address it is to listen on.
    ///   - port: The port it is to listen on.
    ///   - option: The option of the command line that sets the port.
    ///   - manager: Who else is told that it is open, if anybody.
    ///   - logger: Where it says that it is open.
    ///   - run: Runs the server; calls what it is given with the listening channel.
    init(
        _ name: String,
        host: String,
        port: Int,
        option: String,
        manager: ServiceManager?,
        logger: Logger,
        run: @escaping @Sendable (@escaping @Sendable (any Channel) async -> Void) async throws -> Void
    ) {
        self.name = name
        self.host = host
        self.port = port
        self.option = option
        self.manager = manager
        self.logger = logger
        self.run = run
    }

    /// - Throws: ``StartFailure`` if the address cannot be listened on.
    func run() async throws {
        do {
            try await run { [self] channel in
                isOpen.withLock { $0 = true }
                let port = channel.localAddress?.port ?? port
                logger.info("\(name)", metadata: ["url": "http://\(host):\(port)"])
                manager?.open()
            }
        } catch  where isOpen.withLock({ $0 }) || error is CancellationError {
            throw error
        } catch {
            throw StartFailure(listening: host, port: port, option: option, error: error)
        }
    }
}
