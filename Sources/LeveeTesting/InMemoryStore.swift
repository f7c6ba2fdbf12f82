// A store without Redis: for tests of handlers, workers and front ends in one process.

public import LeveeCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Every port of Levee on one ``Model`` in memory. Nothing outlives the process.
public final class InMemoryStore: Sendable {
    /// Tells the time of the store.
    public typealias Clock = @Sendable () -> Timestamp

    private let clock: Clock
    private let authority: JobIDAuthority
    private let model = Mutex(Model())
    let bell = Bell()
    let broadcast = Broadcast()

    /// Creates an empty store.
    ///
    /// - Parameters:
    ///   - secret: What the ids are signed with.
    ///   - clock: The time of the store; the system's, unless a test wants to make it pass itself.
    public init(secret: [UInt8] = [0], clock: @escaping Clock = InMemoryStore.systemTime) {
        authority = JobIDAuthority(secret: secret)
        self.clock = clock
    }

    /// The system's time.
    public static let systemTime: Clock = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Does one step on the model, then tells who has to hear of it.
    func step<Reply: Sendable>(_ body: (inout Model, Timestamp) -> sending Reply) -> Reply {
        let now = clock()
        let (reply, news, bells) = model.withLock { model in
            let reply = body(&model, now)
            defer {
                model.news = []
                model.bells = [:]
            }
            return (reply, model.news, model.bells)
        }
        if !news.isEmpty { broadcast.send(.changed(news)) }
        for (queue, hint) in bells { bell.ring(queue, hint: hint) }
        return reply
    }
}

extension InMemoryStore: JobSubmission {
    public func newID() -> JobID { authority.mint(partition: "00") }

    public func submit(_ job: NewJob, rules: QueueRules) async throws(StoreError) -> SubmitReply {
        step { $0.submit(job, rules: rules, at: $1) }
    }

    public func cancel(
        _ id: JobID,
        by tenant: Tenant?,
        expecting versions: [Int]?
    ) async throws(StoreError) -> CancelReply? {
        step { $0.cancel(id, by: tenant, expecting: versions, at: $1) }
    }

    public func remove(
        _ id: JobID,
        by tenant: Tenant?,
        expecting versions: [Int]?
    ) async throws(StoreError) -> RemoveReply {
        step { model, _ in model.remove(id, by: tenant, expecting: versions) }
    }
}

extension InMemoryStore: JobInspection {
    public func recognize(_ text: String) -> JobID? { authority.recognize(text) }

    public func job(_ id: JobID) async throws(StoreError) -> JobRecord? {
        step { $0.job(id, at: $1)?.record }
    }

    public func result(of id: JobID) async throws(StoreError) -> [UInt8]? {
        step { $0.job(id, at: $1)?.result }
    }

    public func history(of id: JobID) async throws(StoreError) -> [HistoryEntry]? {
        step { $0.job(id, at: $1)?.history }
    }

    public func place(of id: JobID) async throws(StoreError) -> JobPlace? {
        step { $0.place(of: id, at: $1) }
    }

    public func figures(of queue: String) async throws(StoreError) -> QueueFigures {
        step { model, _ in model[queue: queue].figures }
    }

    public func line(of queue: String) async throws(StoreError) -> QueueLine {
        step { $0.line(of: queue, at: $1) }
    }
}

extension InMemoryStore: JobDossiers {
    public func dossier(of id: JobID) async throws(StoreError) -> JobDossier? {
        step { $0.dossier(of: id, at: $1) }
    }

    public func storedPayload(of id: JobID) async throws(StoreError) -> Content? {
        step { model, now in
            guard let job = model.job(id, at: now) else { return nil }
            return job.record.state == .canceled && job.payload.length == 0 ? nil : job.payload
        }
    }
}

extension InMemoryStore: JobLeasing {
    public func awaitWork(in queues: [String], timeout: Duration) async throws(StoreError) -> WakeUp? {
        await bell.wait(for: queues, timeout: timeout)
    }

    public func claim(_ request: ClaimRequest) async throws(StoreError) -> [LeasedJob] {
        step { $0.claim(request, at: $1) }
    }

    public func settle(
        _ settlements: [Settlement],
        claiming request: ClaimRequest?
    ) async throws(StoreError) -> SettleReply {
        step { model, now in
            let verdicts = model.settle(settlements, at: now)
            return SettleReply(verdicts: verdicts, claimed: request.map { model.claim($0, at: now) } ?? [])
        }
    }

    public func beat(_ beat: Heartbeat) async throws(StoreError) -> [Lease: LeaseVerdict] {
        step { $0.beat(beat, at: $1) }
    }

    public func release(_ leases: [Lease], by wakeUp: WakeUp?) async throws(StoreError) {
        step { model, now in
            for lease in leases { model.release(lease, at: now) }
            if let wakeUp { model.bells[wakeUp.queue] = wakeUp.hint }
        }
    }

    public func leave(worker: String) async throws(StoreError) {
        step { model, _ in model.workers[worker] = nil }
    }
}

extension InMemoryStore: DeadLetters {
    public func deadLetters(
        in queue: String,
        after cursor: DeadLetterCursor?,
        limit: Int
    ) async throws(StoreError) -> DeadLetterPage {
        step { model, _ in model.deadLetters(in: queue, after: cursor, limit: limit) }
    }

    public func retry(_ id: JobID, as newID: JobID) async throws(StoreError) -> RetryReply {
        step { $0.retry(id, as: newID, at: $1) }
    }

    public func purgeDeadLetters(in queue: String) async throws(StoreError) -> Int {
        step { model, _ in model.purgeDeadLetters(in: queue) }
    }
}

extension InMemoryStore: JobDeliveries {
    public func takeDeliveries(_ limit: Int, lease: Duration) async throws(StoreError) -> [LeasedDelivery] {
        step { $0.takeDeliveries(limit, lease: lease, at: $1) }
    }

    @discardableResult
    public func settle(_ delivery: LeasedDelivery, as outcome: DeliveryOutcome) async throws(StoreError) -> Bool {
        step { $0.settle(delivery, as: outcome, at: $1) }
    }

    public func payload(of id: JobID) async throws(StoreError) -> [UInt8]? {
        step { model, _ in
            let payload = (model.jobs[id] ?? model.outbox.hidden[id])?.payload
            return payload?.blob == nil ? payload?.bytes : nil
        }
    }

    public func chainedID(of id: DeliveryID) -> JobID { authority.mint(partition: "00", for: id) }
}

extension InMemoryStore: JobBlobs {
    public func claims(of ids: [JobID]) async throws(StoreError) -> [BlobClaim] {
        step { model, now in ids.map { model.claim(of: $0, at: now) } }
    }
}

extension InMemoryStore: UndeliveredFollowUps {
    public func undelivered(
        after cursor: UndeliveredCursor?,
        limit: Int
    ) async throws(StoreError) -> UndeliveredPage {
        step { model, _ in model.undelivered(after: cursor, limit: limit) }
    }

    public func redeliver(_ id: DeliveryID) async throws(StoreError) -> Bool {
        step { $0.redeliver(id, at: $1) }
    }

    public func purgeUndelivered() async throws(StoreError) -> Int {
        step { model, _ in model.purgeUndelivered() }
    }
}

extension InMemoryStore: MessageLists {
    public func messageLists() async throws(StoreError) -> [MessageListOverview] {
        step { $0.messageLists(at: $1) }
    }

    public func messages(
        in list: String,
        limit: Int,
        hiding: Duration
    ) async throws(StoreError) -> [ListedMessage] {
        step { $0.messages(in: list, limit: limit, hiding: hiding, at: $1) }
    }

    public func acknowledge(_ id: DeliveryID, in list: String) async throws(StoreError) -> Bool {
        step { model, _ in model.acknowledge(id, in: list) }
    }
}

extension InMemoryStore: JobCatalog {
    public func jobs(
        _ filter: JobFilter,
        after cursor: JobCursor?,
        limit: Int
    ) async throws(StoreError) -> JobListing {
        step { $0.jobs(filter, after: cursor, limit: limit, at: $1) }
    }

    public func cancelWaiting(in queue: String, after cursor: EmptyingCursor?) async throws(StoreError) -> Emptying {
        step { $0.cancelWaiting(in: queue, after: cursor, at: $1) }
    }
}

extension InMemoryStore: FleetInspection {
    public func overview() async throws(StoreError) -> FleetOverview {
        step { $0.overview(at: $1) }
    }
}

extension InMemoryStore: ScalingLead {
    public func lead(as name: String, for duration: Duration) async throws(StoreError) -> String {
        step { $0.lead(as: name, for: duration, at: $1) }
    }

    public func announce(_ verdict: ScalingVerdict, as name: String) async throws(StoreError) {
        step { $0.announce(verdict, as: name, at: $1) }
    }

    public func resign(as name: String) async throws(StoreError) {
        step { $0.resign(as: name, at: $1) }
    }

    public func setManualTarget(_ workers: Int?) async throws(StoreError) {
        step { model, _ in model.autoscaler.manualTarget = workers }
    }
}

extension InMemoryStore: JobUpkeep {
    @discardableResult
    public func tick(lease: Duration) async throws(StoreError) -> TickReport? {
        step { $0.tick(lease: lease, at: $1) }
    }

    public func setPaused(_ paused: Bool, queue: String) async throws(StoreError) {
        step { model, _ in
            model[queue: queue].figures.isPaused = paused
            if !paused { model.bells[queue] = "resume" }
        }
        if paused { bell.silence(queue) }
    }

    public func ping() async throws(StoreError) {}

    /// A store in memory has no limit, and does not look how much it uses.
    public func memory() async throws(StoreError) -> StoreMemory { StoreMemory(used: 0) }
}

extension InMemoryStore: JobFeed {
    public func listen(_ onEvent: @escaping @Sendable (FeedEvent) -> Void) async {
        await broadcast.listen(onEvent)
    }
}
