// Delivers the follow-ups of jobs that have ended, beside the jobs and never in their slots.

public import LeveeCore
import LeveeTracing
import LeveeWorker
public import Logging
public import ServiceLifecycle
import Synchronization
import Tracing

/// Takes deliveries that are due from the store, makes them, and says what came of them.
///
/// Any process may run one; what one does not bring to its end comes to another when its lease is over. A graceful shutdown
/// takes no more and lets attempts go on for the grace.
public final class Courier: Service {
    /// The status document of a job that has ended, as JSON.
    public typealias Description = @Sendable (JobRecord) -> [UInt8]

    private let configuration: CourierConfiguration
    private let deliveries: any JobDeliveries
    private let delivering: Delivering
    private let logger: Logger
    private let metrics = CourierMetrics()
    private let state = Mutex(State())
    private let ended: AsyncStream<Void>
    private let ending: AsyncStream<Void>.Continuation

    private struct State {
        var running = 0
        var outage = StoreOutage()
    }

    /// Creates a courier.
    ///
    /// - Parameters:
    ///   - configuration: How deliveries are made.
    ///   - deliveries: Where they come from.
    ///   - submission: Where those go that are jobs.
    ///   - inspection: Where results are read that do not lie beside their record.
    ///   - blobs: Where payloads and results lie that are too large for the store, if anywhere.
    ///   - describe: What callbacks are sent of a job.
    ///   - logger: Where to say what happens.
    public convenience init(
        configuration: CourierConfiguration,
        deliveries: any JobDeliveries,
        submission: any JobSubmission,
        inspection: any JobInspection,
        blobs: (any BlobStore)? = nil,
        describe: @escaping Description,
        logger: Logger
    ) {
        let sender = WebhookSender(
            rules: configuration.webhooks,
            secrets: configuration.secrets,
            timeout: configuration.timeout
        )
        self.init(
            configuration: configuration,
            deliveries: deliveries,
            submission: submission,
            inspection: inspection,
            blobs: blobs,
            describe: describe,
            sender: sender,
            logger: logger
        )
    }

    package init(
        configuration: CourierConfiguration,
        deliveries: any JobDeliveries,
        submission: any JobSubmission,
        inspection: any JobInspection,
        blobs: (any BlobStore)? = nil,
        describe: @escaping Description,
        sender: WebhookSender,
        logger: Logger
    ) {
        self.configuration = configuration
        self.deliveries = deliveries
        self.logger = logger
        delivering = Delivering(
            configuration: configuration,
            deliveries: deliveries,
            submission: submission,
            inspection: inspection,
            blobs: blobs,
            sender: sender,
            describe: describe
        )
        (ended, ending) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Delivers until a graceful shutdown or cancellation; can be called once.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                // Not a child of what is called off: attempts go on for the grace.
                await cancelWhenGracefulShutdown { try? await Task.sleep(for: .seconds(Int32.max)) }
                try? await Task.sleep(for: configuration.grace)
            }
            group.addTask { [self] in
                await withDiscardingTaskGroup { attempts in
                    await take { delivery in attempts.addTask { [self] in await deliver(delivery) } }
                }
            }
            _ = await group.next()
            group.cancelAll()
        }
    }

    /// Takes what is due into free slots, until it is told to stop. No error ends it.
    private func take(_ start: (LeasedDelivery) -> Void) async {
        var backoff = Backoff()
        var ends = ended.makeAsyncIterator()
        while !Task.isCancelled && !Task.isShuttingDownGracefully {
            let room = configuration.slots - state.withLock { $0.running }
            guard room > 0 else {
                _ = await ends.next()
                continue
            }
            var pause = configuration.pause * Double.random(in: 0.8...1.2)
            do throws(StoreError) {
                let taken = try await deliveries.takeDeliveries(room, lease: configuration.lease)
                succeeded("taking")
                backoff.reset()
                state.withLock { $0.running += taken.count }
                for delivery in taken { start(delivery) }
                if taken.count == room { continue }
            } catch {
                pause = max(pause, backoff.next())
                failed("taking", error)
            }
            await cancelWhenGracefulShutdown { [pause] in try? await Task.sleep(for: pause) }
        }
    }

    private func deliver(_ delivery: LeasedDelivery) async {
        defer {
            state.withLock { $0.running -= 1 }
            ending.yield()
        }
        let trace = delivery.job?.trace
        await withSpan("deliver \(delivery.destination.kind)", context: .continuing(trace), ofKind: .client) { span in
            let outcome = await make(delivery)
            if case .delivered = outcome { return }
            if case .listed = outcome { return }
            span.setStatus(SpanStatus(code: .error))
        }
    }

    /// Makes an attempt, and tells log and store what came of it.
    ///
    /// - Returns: What came of it; `nil` if that is not known.
    private func make(_ delivery: LeasedDelivery) async -> DeliveryOutcome? {
        let begun = ContinuousClock.now
        do throws(StoreError) {
            let outcome = try await delivering.attempt(delivery)
            // One that was called off says nothing of its receiver.
            if case .putOff = outcome, Task.isCancelled { return nil }
            metrics.made(delivery, outcome, took: .now - begun)
            report(outcome, of: delivery)
            await shielded { [self] in await settle(delivery, as: outcome) }
            return outcome
        } catch {
            failed("delivering", error)
            return nil
        }
    }

    /// Tells the store, as long as the delivery is this courier's.
    private func settle(_ delivery: LeasedDelivery, as outcome: DeliveryOutcome) async {
        var backoff = Backoff()
        for _ in 0..<3 {
            do throws(StoreError) {
                try await deliveries.settle(delivery, as: outcome)
                return succeeded("settling")
            } catch {
                failed("settling", error)
                try? await Task.sleep(for: backoff.next())
            }
        }
    }

    private func report(_ outcome: DeliveryOutcome, of delivery: LeasedDelivery) {
        var metadata: Logger.Metadata = [
            "delivery": "\(delivery.id)", "job": "\(delivery.id.job)", "kind": "\(delivery.destination.kind)",
            "to": "\(delivery.destination.place)", "attempt": .stringConvertible(delivery.failures + 1),
        ]
        if let trace = delivery.job?.trace { metadata["trace"] = "\(trace.traceID)" }
        switch outcome {
        case .delivered, .listed: logger.info("delivered", metadata: metadata)
        case .putOff(let delay, let reason):
            let why: Logger.Metadata = ["reason": "\(reason)", "again-in": .duration(delay)]
            logger.info("not delivered yet", metadata: metadata.merging(why) { $1 })
        case .dead(let reason):
            logger.warning("not delivered", metadata: metadata.merging(["reason": "\(reason)"]) { $1 })
        }
    }

    private func failed(_ call: String, _ error: StoreError) {
        let metadata: Logger.Metadata = ["call": "\(call)", "error": "\(error)"]
        switch state.withLock({ $0.outage.failed(call) }) {
        case .began: logger.warning("the store fails the courier", metadata: metadata)
        case .lasts, .ended, nil: logger.debug("the store fails the courier", metadata: metadata)
        }
    }

    private func succeeded(_ call: String) {
        guard case .ended(let time) = state.withLock({ $0.outage.succeeded(call) }) else { return }
        logger.notice("the store works again for the courier", metadata: ["after": "\(time.components.seconds) s"])
    }
}

extension FollowUp.Destination {
    /// Where it goes as a log may say it: of a URL the host only, since the rest may let whoever knows it in.
    fileprivate var place: String {
        switch self {
        case .list, .deadLetters, .job: target
        case .webhook(let url), .callback(let url): (try? WebhookURL(url).host) ?? "?"
        }
    }
}
