// The autoscaler as a service: its loop, and how it stops.

public import LeveeCore
public import Logging
public import ServiceLifecycle

/// Reads the deployment again and again, decides how many workers there should be, and moves the fleet there.
///
/// Any number of autoscalers may run: one leads, the others wait. The leader moves the fleet only in a round in which the
/// store has confirmed its lead and shown how things are; while the store is away it says so and does nothing. A graceful
/// shutdown lets the call under way end, within bounds, and gives up the lead; workers stay as they are.
public struct Autoscaler<C: Clock>: Service where C.Duration == Duration {
    private let configuration: AutoscalerConfiguration
    private let inspection: any FleetInspection
    private let lead: any ScalingLead
    private let control: any FleetControl
    private let clock: C
    private let logger: Logger
    private let report: @Sendable (AutoscalerReport) -> Void
    private let contact = StoreContact()

    /// Creates an autoscaler.
    ///
    /// - Parameters:
    ///   - configuration: How it is set up.
    ///   - inspection: Where queues and workers are looked at.
    ///   - lead: What decides which autoscaler leads.
    ///   - control: What moves the fleet.
    ///   - clock: What intervals and ages are measured by.
    ///   - logger: Where to say what only matters to those who look for faults.
    ///   - report: Told everything that an operator wants to know, every verdict included.
    public init(
        configuration: AutoscalerConfiguration,
        inspection: any FleetInspection,
        lead: any ScalingLead,
        control: any FleetControl,
        clock: C = ContinuousClock(),
        logger: Logger,
        report: @escaping @Sendable (AutoscalerReport) -> Void
    ) {
        self.configuration = configuration
        self.inspection = inspection
        self.lead = lead
        self.control = control
        self.clock = clock
        var logger = logger
        logger[metadataKey: "autoscaler"] = "\(configuration.name)"
        self.logger = logger
        let metrics = AutoscalerMetrics()
        self.report = { line in
            metrics.note(line)
            report(line)
        }
    }

    /// For how long the store has not answered; `nil` before it first did.
    public var silence: Duration? { contact.last.map { ContinuousClock.now - $0 } }

    /// How long the store may be silent while all is well.
    public var patience: Duration { configuration.leadDuration }

    /// Scales until a graceful shutdown or cancellation.
    public func run() async throws {
        let start = clock.now
        let now = { @Sendable [clock] in start.duration(to: clock.now) }
        let mover = FleetMover(control: control, now: now, report: report)
        if configuration.isDryRun { report(.rehearsing) } else if !configuration.movesFleet { report(.publishing) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await mover.run() }
            await cancelWhenGracefulShutdown { await watch(mover, now: now) }
            mover.finish()
            let keeper = Task { await keepLead(of: mover) }
            group.addTask { try? await clock.sleep(for: configuration.stopGrace) }
            await group.next()
            group.cancelAll()
            await group.waitForAll()
            keeper.cancel()
            await keeper.value
        }
        if !configuration.isDryRun { await resign() }
    }

    /// Makes a round each interval until the task is canceled.
    private func watch(_ mover: FleetMover, now: @escaping @Sendable () -> Duration) async {
        let round = ScalingRound(
            configuration: configuration,
            inspection: inspection,
            lead: lead,
            mover: mover,
            contact: contact,
            now: now,
            logger: logger,
            report: report
        )
        var watch = ScalingWatch(configuration)
        while !Task.isCancelled {
            await round.run(&watch)
            do { try await clock.sleep(for: configuration.interval) } catch { return }
        }
    }

    /// Keeps the lead while a last call is under way: two must never move the fleet at once.
    private func keepLead(of mover: FleetMover) async {
        while mover.isMoving, !Task.isCancelled {
            do throws(StoreError) {
                let leader = try await lead.lead(as: configuration.name, for: configuration.leadDuration)
                if leader != configuration.name { mover.abandon() }
            } catch {
                logger.warning("the lead could not be kept", metadata: ["error": "\(error)"])
            }
            try? await clock.sleep(for: configuration.interval)
        }
    }

    /// Gives up the lead, also when the task is canceled: another one need not wait for its end then.
    private func resign() async {
        await Task {
            do throws(StoreError) {
                try await lead.resign(as: configuration.name)
            } catch {
                logger.warning("the lead could not be given up; it ends by itself", metadata: ["error": "\(error)"])
            }
        }.value
    }
}
