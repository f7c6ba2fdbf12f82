// Fails as it is told.

public import LeveeCore
public import LeveeWorker

/// Fails with what the payload says: `{"code"?, "detail"?, "status"?, "retryable"?, "throttle"?}`.
public struct FailHandler: JobHandler {
    /// It does nothing.
    public var isQuick: Bool { true }

    /// Creates the handler.
    public init() {}

    /// How to fail.
    public struct Input: Decodable, Sendable {
        /// The code; `fail` if there is none.
        public var code: String?
        /// The words for people.
        public var detail: String?
        /// The HTTP status that the failure means.
        public var status: Int?
        /// Whether another attempt may succeed; so it is if nothing is said.
        public var retryable: Bool?
        /// Seconds after which to try again without using up an attempt.
        public var throttle: Double?
    }

    /// Never comes of it.
    public struct Output: Encodable, Sendable {}

    /// Fails.
    public func run(_ input: Input, context: JobContext) throws(JobFailure) -> Output {
        throw JobFailure(
            code: input.code ?? "fail",
            detail: input.detail ?? "this job was asked to fail",
            status: input.status,
            disposition: disposition(of: input)
        )
    }

    private func disposition(of input: Input) -> JobFailure.Disposition {
        if let seconds = input.throttle { return .throttle(after: .seconds(min(max(seconds, 0), 86_400))) }
        return input.retryable ?? true ? .retry() : .final
    }
}
