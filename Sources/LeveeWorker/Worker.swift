// A worker process: its duties side by side, and the order in which they end.

public import LeveeCore
import LeveeMetrics
public import Logging
public import ServiceLifecycle
import Synchronization

/// Takes jobs from the store at the pace it can bear and runs them.
///
/// A graceful shutdown drains: no more jobs are taken, those that run may end within the grace, the rest is stopped and
/// handed back. Cancellation does the same without the grace.
public struct Worker: Service {
    let session: Session
    private let upkeep: any JobUpkeep

    /// Creates a worker.
    ///
    /// - Parameters:
    ///   - configuration: How the worker is set up.
    ///   - leasing: Where jobs come from.
    ///   - upkeep: What keeps the store in order; the worker ticks.
    ///   - handlers: What runs the jobs, by the name of their type.
    ///   - blobs: Where payloads and results lie that are too large for the store, if anywhere.
    ///   - logger: Where to say what happens.
    public init(
        configuration: WorkerConfiguration,
        leasing: any JobLeasing,
        upkeep: any JobUpkeep,
        handlers: [String: HandlerBinding],
        blobs: (any BlobStore)? = nil,
        logger: Logger
    ) {
        var logger = logger
        logger[metadataKey: "worker"] = "\(configuration.name)"
        session = Session(
            configuration: configuration,
            leasing: leasing,
            handlers: handlers,
            blobs: blobs,
            logger: logger
        )
        self.upkeep = upkeep
    }

    /// For how long the store has owed this worker an answer: to heartbeats, to its question for work while it has room for
    /// any, or to what it has to settle, whichever is longest; `nil` before the store first gave one.
    public var silence: Duration? {
        session.withState { $0.silence(at: .now) }
    }

    /// How long the store may owe an answer while all is well: what a wait for work takes at most, or two leases.
    public var patience: Duration {
        max(session.configuration.lease * 2, session.configuration.wakeTimeout * Waker.spread.upperBound + .seconds(2))
    }

    /// Whether the worker takes no more jobs.
    public var isDraining: Bool { session.withState { $0.isDraining } }

    /// Takes no more jobs, lets those that run come to their end however long they take, and then ends ``run()``.
    ///
    /// This is how a fleet shrinks: no job is stopped for it. A graceful shutdown that follows is bound to the grace again.
    public func retire() {
        session.logger.info(
            "retiring: no more jobs are taken",
            metadata: ["running": "\(session.withState { $0.running.count })"]
        )
        session.retire()
    }

    /// Takes no more jobs, lets those that run go on for the grace, and then ends ``run()``; at once, if it has not begun.
    public func stop() {
        session.drain()
    }

    /// Takes no more jobs, stops those that run and hands them back at once, without any grace.
    public func hurry() {
        session.logger.notice("hurrying: what runs is handed back")
        session.hurry()
    }

    /// Works until it is retired, until a graceful shutdown or cancellation; can be called once.
    ///
    /// - Throws: ``WorkerConfiguration/Fault`` if the worker cannot run as it is set up.
    public func run() async throws {
        try session.configuration.validate()
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await shielded { await work() }
            } onGracefulShutdown: {
                session.drain()
            }
        } onCancel: {
            session.hurry()
        }
    }

    private func work() async {
        let configuration = session.configuration
        session.logger.info(
            "working",
            metadata: [
                "slots": "\(configuration.slots)",
                "queues": "\(configuration.queues.map(\.name).joined(separator: " "))",
                "types": "\(session.handlers.keys.sorted().joined(separator: " "))",
            ]
        )
        let isFree = await withTaskGroup(of: Void.self) { duties in
            duties.addTask { await Pulse(session: session).run() }
            duties.addTask { await Watchdog(session: session).run() }
            duties.addTask { await Drain(session: session).run() }
            duties.addTask { await ticker().run() }

            // These end by themselves, in this order: no more jobs, no more claims, no more outcomes.
            async let waking: Void = Waker(session: session).run()
            async let settling: Void = Settler(session: session).run()
            async let returning = Returner(session: session).run()
            await runJobs()
            session.ended.ring()
            await waking
            await settling
            session.finished.ring()
            session.returned.ring()
            let isFree = await returning
            duties.cancelAll()
            return isFree
        }
        if isFree { await leave() }
        session.logger.info("stopped")
    }

    /// Signs off, so that nobody counts on this worker until its last heartbeat is forgotten.
    private func leave() async {
        do throws(StoreError) {
            try await session.leasing.leave(worker: session.configuration.name)
        } catch {
            session.logger.debug("could not sign off", metadata: ["error": "\(error)"])
        }
    }

    /// Runs what is claimed until the worker drains and all attempts have ended.
    private func runJobs() async {
        let runner = Runner(session: session)
        await withDiscardingTaskGroup { jobs in
            for await chain in session.starts {
                jobs.addTask { await runner.run(chain) }
            }
        }
    }

    private func ticker() -> Ticker<ContinuousClock> {
        let tally = Mutex(TickTally())
        return Ticker(upkeep: upkeep, lease: session.configuration.lease) { [session] outcome in
            switch outcome {
            case .success(let report):
                session.upkeepMetrics.ticked(report.map { ($0.reaped, $0.expired, $0.promoted) })
                session.succeeded(.tick)
                guard let sum = tally.withLock({ $0.add(report) }) else { return }
                session.logger.info(
                    "jobs were taken from lost workers or came too late",
                    metadata: [
                        "reaped": "\(sum.reaped)", "expired": "\(sum.expired)", "promoted": "\(sum.promoted)",
                    ]
                )
            case .failure(let error):
                session.upkeepMetrics.failed()
                session.failed(.tick, error)
            }
        }
    }
}
