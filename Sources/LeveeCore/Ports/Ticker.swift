// The loop with which every process keeps the store in order.

/// Ticks once a second, and at once while a tick finds all that it can do, until its task is canceled. Front ends and workers
/// both do, so that time passes for jobs as long as any process lives.
public struct Ticker<C: Clock>: Sendable where C.Duration == Duration {
    private let upkeep: any JobUpkeep
    private let lease: Duration
    private let interval: Duration
    private let clock: C
    private let onOutcome: @Sendable (Result<TickReport?, StoreError>) -> Void

    /// Creates a ticker.
    ///
    /// - Parameters:
    ///   - upkeep: What is to be kept in order.
    ///   - lease: How long leases last.
    ///   - interval: The time between two ticks.
    ///   - clock: What the interval is measured by.
    ///   - onOutcome: Told what each tick did or why it failed; a failure does not end the ticking.
    public init(
        upkeep: any JobUpkeep,
        lease: Duration,
        interval: Duration = .seconds(1),
        clock: C = ContinuousClock(),
        onOutcome: @escaping @Sendable (Result<TickReport?, StoreError>) -> Void
    ) {
        self.upkeep = upkeep
        self.lease = lease
        self.interval = interval
        self.clock = clock
        self.onOutcome = onOutcome
    }

    /// Ticks until the task is canceled.
    public func run() async {
        while !Task.isCancelled {
            do throws(StoreError) {
                let report = try await upkeep.tick(lease: lease)
                CrashPoint.tickWorked.reach(if: report?.hasWorked == true)
                onOutcome(.success(report))
                if report?.reaped == TickReport.limit { continue }
            } catch {
                onOutcome(.failure(error))
            }
            do { try await clock.sleep(for: interval) } catch { return }
        }
    }
}
