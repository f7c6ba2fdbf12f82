// What a service manager such as systemd is told of the process: that it is ready, that it lives, that it stops.

import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// The service manager that started the process and wants to hear of it (sd_notify(3), `Type=notify`).
final class ServiceManager: Service {
    private let socket: NotificationSocket
    /// How often it wants to hear that the process lives; `nil` if it does not.
    private let pace: Duration?
    private let logger: Logger
    private let closedDoors: Mutex<Int>

    /// Finds the service manager in the environment; `nil` if there is none that asks.
    ///
    /// - Parameters:
    ///   - doors: How many addresses have to be listened on before the process is ready; with none it is when it runs.
    ///   - environment: The environment: `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
    ///   - logger: Where it is told if the manager cannot be reached.
    init?(
        doors: Int,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        logger: Logger
    ) {
        guard let path = environment["NOTIFY_SOCKET"], let socket = NotificationSocket(path: path) else { return nil }
        self.socket = socket
        self.logger = logger
        closedDoors = Mutex(doors)
        let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        let limit = isMeant ? environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0 : 0
        // Half the limit, as sd_watchdog_enabled(3) recommends.
        pace = limit > 0 ? .microseconds(limit / 2) : nil
    }

    /// Takes in that the process listens on one more of its addresses.
    func open() {
        let isLast = closedDoors.withLock { doors in
            doors -= 1
            return doors == 0
        }
        if isLast { tell("READY=1") }
    }

    /// Shows that the process lives, until it is to stop.
    func run() async throws {
        if closedDoors.withLock({ $0 == 0 }) { tell("READY=1") }
        if let pace {
            await cancelWhenGracefulShutdown { [self] in
                while !Task.isCancelled {
                    tell("WATCHDOG=1")
                    try? await Task.sleep(for: pace)
                }
            }
        } else {
            try? await gracefulShutdown()
        }
        tell("STOPPING=1")
    }

    private func tell(_ news: String) {
        if let trouble = socket.send(news) {
            logger.warning("the service manager cannot be told", metadata: ["news": "\(news)", "error": "\(trouble)"])
        }
    }
}
