// Runs a load test, from the plan to the report.

import NIOCore
import NIOPosix

/// Runs one load test on a thread of its own: the generator never takes more than one core, and counting needs no lock.
public struct LoadRunner: Sendable {
    private let plan: LoadPlan
    private let onProgress: @Sendable (LoadProgress) -> Void

    /// Creates a runner.
    ///
    /// - Parameters:
    ///   - plan: What to do.
    ///   - onProgress: Is told each second how it goes. It holds up the load: let it be quick.
    public init(plan: LoadPlan, onProgress: @escaping @Sendable (LoadProgress) -> Void) {
        self.plan = plan
        self.onProgress = onProgress
    }

    /// Runs the test until all jobs have ended or the time is up. Cancellation ends it early, with a report all the same.
    ///
    /// - Returns: What came of it.
    /// - Throws: `LoadPlanError` when the plan cannot be run: nothing has been sent then.
    public func run() async throws -> LoadReport {
        try plan.validate()
        try FileLimit.raise(forConnections: plan.mostConnections)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let startedAt = LoadReport.now
        let cpuSeconds = ProcessorTime.seconds
        do {
            let outcome = try await outcome(on: group.next())
            let cost = ProcessorTime.seconds - cpuSeconds
            try await group.shutdownGracefully()
            return LoadReport(outcome, plan: plan, startedAt: startedAt, cpuSeconds: cost)
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
    }

    private func outcome(on eventLoop: any EventLoop) async throws -> Engine.Outcome {
        let end = eventLoop.makePromise(of: Engine.Outcome.self)
        let engine = try await eventLoop.submit {
            let engine = Engine(plan: plan, eventLoop: eventLoop, onProgress: onProgress, onEnd: end.succeed)
            return NIOLoopBound(engine, eventLoop: eventLoop)
        }.get()
        return try await withTaskCancellationHandler {
            eventLoop.execute { engine.value.start() }
            return try await end.futureResult.get()
        } onCancel: {
            eventLoop.execute { engine.value.stop(.cancelled) }
        }
    }
}
