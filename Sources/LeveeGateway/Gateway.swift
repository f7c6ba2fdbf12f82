// The front end as a whole: ports in, a service out.

public import Hummingbird
public import LeveeCore
public import Logging
public import NIOCore

/// A front end: takes jobs in over HTTP and answers for them, and knows of the store no more than its ports.
public struct Gateway: Sendable {
    private let configuration: GatewayConfiguration
    private let submission: any JobSubmission
    private let inspection: any JobInspection
    private let upkeep: any JobUpkeep
    private let feed: any JobFeed
    private let blobs: BlobKeeper?
    private let logger: Logger
    /// What is known of the store's memory while the front end runs; for the admin door.
    public let memory: MemoryWatch
    private let now: @Sendable () -> Timestamp
    private let drain = DrainSignal()

    /// Puts a front end together; nothing runs yet.
    ///
    /// - Parameters:
    ///   - configuration: What it takes in, and where it listens.
    ///   - submission: Where jobs go.
    ///   - inspection: Where their state comes from.
    ///   - upkeep: What is to be kept in order, and shows whether the store is there.
    ///   - feed: What wakes requests that wait.
    ///   - blobs: Where payloads and results lie that are too large for the store, if anywhere.
    ///   - logger: Where errors and, at debug level, requests are told.
    public init(
        configuration: GatewayConfiguration,
        submission: any JobSubmission,
        inspection: any JobInspection,
        upkeep: any JobUpkeep,
        feed: any JobFeed,
        blobs: BlobKeeper? = nil,
        logger: Logger
    ) {
        self.init(
            configuration: configuration,
            submission: submission,
            inspection: inspection,
            upkeep: upkeep,
            feed: feed,
            blobs: blobs,
            logger: logger,
            now: WallClock.now
        )
    }

    /// Puts a front end together that goes by another clock.
    init(
        configuration: GatewayConfiguration,
        submission: any JobSubmission,
        inspection: any JobInspection,
        upkeep: any JobUpkeep,
        feed: any JobFeed,
        blobs: BlobKeeper? = nil,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.configuration = configuration
        self.submission = submission
        self.inspection = inspection
        self.upkeep = upkeep
        self.feed = feed
        self.blobs = blobs
        self.logger = logger
        self.now = now
        memory = MemoryWatch(upkeep: upkeep, threshold: configuration.maxMemoryPercent, logger: logger)
    }

    /// The front end as a service: listens, ticks, and on a graceful shutdown ends what it has begun.
    ///
    /// - Parameter onServerRunning: Called with the listening channel once requests are taken.
    /// - Returns: The service; its `run()` throws if the address cannot be listened on.
    public func application(
        onServerRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let room = WaitingRoom(feed: feed, inspection: inspection, logger: logger)
        let listener = Listener(
            name: "clients",
            host: configuration.host,
            port: configuration.port,
            limits: configuration.limits,
            maxBodyBytes: { [configuration] request in
                configuration.maxBodyBytes(at: (request.path ?? "").prefix { $0 != "?" })
            },
            doorkeeper: Doorkeeper(keys: configuration.keys),
            origins: configuration.origins,
            drain: drain,
            guide: OpenAPIDocument.Guide(
                title: "Levee",
                description:
                    "Jobs are submitted, watched until they end, and leave an outcome. Every GET can be a HEAD.",
                server: configuration.publicURL,
                schemas: Schemas.shared
            ),
            logger: logger
        )
        let application = listener.application(
            endpoints(room: room),
            services: [UpkeepService(upkeep: upkeep, lease: configuration.lease, logger: logger), memory, room],
            onServerRunning: onServerRunning
        )
        return GatewayApplication(base: application) { [drain] in
            drain.begin()
            room.close()
        }
    }

    /// Makes it known that the front end is about to end, while it goes on to serve: it is not ready any more, and each
    /// answer is the last on its connection, so that balancers and clients go elsewhere before it is gone.
    public func announceEnd() {
        drain.begin()
    }

    private func endpoints(room: WaitingRoom) -> [Endpoint] {
        let queues = QueueWatch(inspection: inspection, rules: configuration.rules, logger: logger, now: now)
        let representation = JobRepresentation(queues: queues, now: now)
        let outcome = OutcomeRepresentation(inspection: inspection, blobs: blobs?.store, now: now)
        let lookup = JobLookup(inspection: inspection, room: room)
        let submit = SubmitRoute(
            configuration: configuration,
            submission: submission,
            lookup: lookup,
            representation: representation,
            outcome: outcome,
            budget: PayloadBudget(bytes: configuration.limits.maxPendingBytes),
            blobs: blobs,
            memory: memory
        )
        let status = StatusRoutes(
            polling: configuration.polling,
            publicURL: configuration.publicURL,
            lookup: lookup,
            representation: representation,
            outcome: outcome
        )
        let resource = ResourceRoute(
            configuration: configuration,
            lookup: lookup,
            representation: representation,
            outcome: outcome
        )
        let file = FileRoute(resource: resource)
        let events = EventsRoute(configuration: configuration, lookup: lookup, representation: representation)
        let history = HistoryRoute(inspection: inspection) { try await lookup.record($0).id }
        let cancel = CancelRoutes(
            configuration: configuration,
            ending: JobEnding(submission: submission, blobs: blobs),
            lookup: lookup,
            representation: representation
        )
        let facade = FacadeRoutes(configuration: configuration, submit: submit, status: status, resource: resource)
        let health = HealthRoutes(upkeep: upkeep, drain: drain, logger: logger)
        return submit.endpoints + status.endpoints + resource.endpoints + file.endpoints + events.endpoints
            + history.endpoints
            + cancel.endpoints + facade.endpoints + health.endpoints
    }
}
