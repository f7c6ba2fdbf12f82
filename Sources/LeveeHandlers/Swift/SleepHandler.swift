// Takes its time.

import LeveeCore
public import LeveeWorker

/// `{"seconds": s}` takes that long, reports its progress, and becomes `{"slept": s}`.
public struct SleepHandler: JobHandler {
    /// The longest sleep: a day.
    public static let longest = 86_400.0

    /// Creates the handler.
    public init() {}

    /// How long to take.
    public struct Input: Decodable, Sendable {
        /// Seconds, 0 to ``SleepHandler/longest``.
        public var seconds: Double
    }

    /// What came of it.
    public struct Output: Encodable, Sendable {
        /// Seconds.
        public var slept: Double
    }

    /// Sleeps, and says how far it is after each hundredth, at most once a second.
    public func run(_ input: Input, context: JobContext) async throws -> Output {
        guard (0...Self.longest).contains(input.seconds) else {
            throw JobFailure(
                code: JobFailure.invalidPayloadCode,
                detail: "\"seconds\" must be a number from 0 to \(Int(Self.longest))",
                status: 400,
                disposition: .final
            )
        }
        let start = ContinuousClock.now
        let parts = min(100, Int(input.seconds.rounded(.up)))
        for part in 1..<max(parts, 1) {
            try await Task.sleep(until: start + .seconds(input.seconds * Double(part) / Double(parts)))
            context.report(Progress(percent: part * 100 / parts, stage: "sleeping"))
        }
        try await Task.sleep(until: start + .seconds(input.seconds))
        return Output(slept: input.seconds)
    }
}
