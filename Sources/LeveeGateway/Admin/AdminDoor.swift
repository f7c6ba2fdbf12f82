// The door for operators: what the deployment as a whole does, apart from the clients' door.

public import Hummingbird
public import LeveeCore
public import Logging
public import NIOCore

/// Answers operators, dashboards and monitoring: jobs, queues, workers, metrics, dead letters, of all tenants. It asks for the
/// scope `admin` where there are API keys; where there are none it is meant for loopback only.
public struct AdminDoor: Sendable {
    /// What the door needs of the store.
    public typealias Store = FleetInspection & DeadLetters & JobCatalog & JobSubmission & JobInspection & JobUpkeep
        & MessageLists & UndeliveredFollowUps & JobLeasing & JobDossiers

    private let host: String
    private let port: Int
    private let store: any Store
    private let fleet: any FleetInspection
    private let memory: MemoryWatch
    private let blobs: BlobKeeper?
    private let leases: LeaseConfiguration
    private let requestTimeout: Duration
    private let keys: APIKeyRing
    private let origins: AllowedOrigins
    private let logger: Logger
    private let metrics: @Sendable () -> String
    private let now: @Sendable () -> Timestamp

    /// Puts the door together; nothing runs yet.
    ///
    /// - Parameters:
    ///   - host: The address to listen on: a name or an IP address.
    ///   - port: The port to listen on; 0 for any free one.
    ///   - store: Where the figures come from, and what is to be changed.
    ///   - memory: What the front end of this process knows of the store's memory.
    ///   - blobs: Where payloads and results lie that are too large for the store, if anywhere.
    ///   - leases: What outside workers may take.
    ///   - requestTimeout: How long a request may take to arrive, such as a result.
    ///   - keys: Who may come in; without any, everybody.
    ///   - origins: Whose pages may use the door from browsers.
    ///   - metrics: What this process shows of itself beside the deployment, in the text format of Prometheus.
    ///   - logger: Where errors and, at debug level, requests are told.
    public init(
        host: String,
        port: Int,
        store: any Store,
        memory: MemoryWatch,
        blobs: BlobKeeper? = nil,
        leases: LeaseConfiguration = LeaseConfiguration(),
        requestTimeout: Duration = .seconds(60),
        keys: APIKeyRing = APIKeyRing(),
        origins: AllowedOrigins = .only([]),
        metrics: @escaping @Sendable () -> String = { "" },
        logger: Logger
    ) {
        self.init(
            host: host,
            port: port,
            store: store,
            fleet: store,
            memory: memory,
            blobs: blobs,
            leases: leases,
            requestTimeout: requestTimeout,
            keys: keys,
            origins: origins,
            metrics: metrics,
            logger: logger,
            now: WallClock.now
        )
    }

    /// Puts a door together that goes by another clock, and reads the fleet elsewhere.
    init(
        host: String = "127.0.0.1",
        port: Int = 0,
        store: any Store,
        fleet: any FleetInspection,
        memory: MemoryWatch,
        blobs: BlobKeeper? = nil,
        leases: LeaseConfiguration = LeaseConfiguration(),
        requestTimeout: Duration = .seconds(60),
        keys: APIKeyRing = APIKeyRing(),
        origins: AllowedOrigins = .only([]),
        metrics: @escaping @Sendable () -> String = { "" },
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.host = host
        self.port = port
        self.store = store
        self.fleet = fleet
        self.memory = memory
        self.blobs = blobs
        self.leases = leases
        self.requestTimeout = requestTimeout
        self.keys = keys
        self.origins = origins
        self.metrics = metrics
        self.logger = logger
        self.now = now
    }

    /// The door as a service.
    ///
    /// - Parameter onServerRunning: Called with the listening channel once requests are taken.
    /// - Returns: The service; its `run()` throws if the address cannot be listened on.
    public func application(
        onServerRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        var limits = GatewayConfiguration.Limits.operators
        limits.requestTimeout = requestTimeout
        limits.maxRequestBytes = blobs == nil ? JobType.maxStoredBytes : .max
        let desk = LeaseDesk(leasing: store, logger: logger)
        let listener = Listener(
            name: "admin",
            host: host,
            port: port,
            limits: limits,
            maxBodyBytes: { [limits] in ($0.path ?? "").hasPrefix("/leases") ? limits.maxRequestBytes : 0 },
            unknownPath: .unknownAdminPath,
            doorkeeper: Doorkeeper(keys: keys),
            asksForName: true,
            scope: { _ in .admin },
            origins: origins,
            guide: OpenAPIDocument.Guide(
                title: "Levee, the admin door",
                description: "What the deployment does as a whole, for all tenants. Every GET can be a HEAD.",
                schemas: Schemas.admin
            ),
            logger: logger
        )
        let watch = FleetWatch(inspection: fleet, logger: logger, now: now)
        let overview = FleetRoutes(fleet: watch, memory: memory, ownMetrics: metrics)
        let feed = DashboardFeed(fleet: watch, memory: memory, now: now)
        let job = JobRoutes(
            inspection: store,
            dossiers: store,
            ending: JobEnding(submission: store, blobs: blobs)
        )
        let contents = JobContentRoutes(inspection: store, dossiers: store, blobs: blobs?.store)
        let queues = QueueRoutes(upkeep: store, inspection: fleet, catalog: store)
        let jobs = JobListRoute(catalog: store)
        let dead = DeadLetterRoutes(deadLetters: store, submission: store, inspection: store, blobs: blobs)
        let application = listener.application(
            overview.endpoints + queues.endpoints + jobs.endpoints + dead.endpoints
                + DestinationRoutes(lists: store).endpoints + DeliveryRoutes(undelivered: store).endpoints
                + leaseEndpoints(desk, limits) + job.endpoints + contents.endpoints
                + DashboardRoutes(feed: feed).endpoints,
            services: [desk, feed],
            onServerRunning: onServerRunning
        )
        return GatewayApplication(base: application) {
            desk.close()
            feed.close()
        }
    }

    /// What outside workers ask for. An operator's key is not good for it: who looks after jobs does not do their work.
    private func leaseEndpoints(_ desk: LeaseDesk, _ limits: GatewayConfiguration.Limits) -> [Endpoint] {
        let workers = OutsideWorkers()
        let budget = PayloadBudget(bytes: limits.maxPendingBytes)
        let claim = ClaimRoute(
            configuration: leases,
            form: LeaseOrder.body(of: leases.queues.keys),
            leasing: store,
            desk: desk,
            workers: workers,
            budget: budget,
            now: now
        )
        let held = LeaseRoutes(
            configuration: leases,
            leasing: store,
            inspection: store,
            workers: workers,
            blobs: blobs,
            budget: budget,
            maxRequestBytes: limits.maxRequestBytes,
            now: now
        )
        return [claim.endpoint] + held.endpoints
    }
}
