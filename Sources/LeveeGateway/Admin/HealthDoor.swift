// A door that answers nothing but probes and monitoring: for processes that have no other, such as workers.

import HTTPTypes
public import Hummingbird
import LeveeCore
import LeveeMetrics
public import Logging
public import NIOCore

/// Answers `GET /livez`, `GET /readyz` and `GET /metrics` of a process without clients.
public struct HealthDoor: Sendable {
    private let host: String
    private let port: Int
    private let logger: Logger
    private let metrics: @Sendable () -> String
    private let complaint: @Sendable () -> String?

    /// Puts the door together; nothing runs yet.
    ///
    /// - Parameters:
    ///   - host: The address to listen on: a name or an IP address.
    ///   - port: The port to listen on; 0 for any free one.
    ///   - metrics: What the process shows of itself, in the text format of Prometheus.
    ///   - logger: Where errors and, at debug level, requests are told.
    ///   - complaint: Why the process is of no use for now; `nil` while it is.
    public init(
        host: String,
        port: Int,
        metrics: @escaping @Sendable () -> String = { "" },
        logger: Logger,
        complaint: @escaping @Sendable () -> String?
    ) {
        self.host = host
        self.port = port
        self.metrics = metrics
        self.logger = logger
        self.complaint = complaint
    }

    /// The door as a service.
    ///
    /// - Parameter onServerRunning: Called with the listening channel once requests are taken.
    /// - Returns: The service; its `run()` throws if the address cannot be listened on.
    public func application(
        onServerRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let listener = Listener(
            name: "health",
            host: host,
            port: port,
            limits: .operators,
            unknownPath: .unknownHealthPath,
            logger: logger
        )
        let endpoints =
            [
                Endpoint(method: .get, path: HealthRoutes.livePath, operation: .live) { _, _ in
                    PassingAnswer.json { $0.member("status", "live") }
                },
                Endpoint(method: .get, path: HealthRoutes.readyPath, operation: .ready) { _, _ in
                    if let complaint = complaint() { throw Problem.notReady(because: complaint) }
                    return PassingAnswer.json { $0.member("status", "ready") }
                },
                Endpoint(method: .get, path: "/metrics", operation: .metrics) { _, _ in
                    PassingAnswer.bytes(Array(metrics().utf8), MetricsText.mediaType)
                },
            ]
        return listener.application(endpoints, onServerRunning: onServerRunning)
    }
}
