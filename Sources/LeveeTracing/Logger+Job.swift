// What log lines say of jobs: the same keys in every process (docs/tracing-and-logs.md).

public import LeveeCore
public import Logging

extension JobID {
    /// The keys of a log line about a job of which no more is at hand than its trace.
    public func logged(in trace: TraceContext?) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["job": "\(self)"]
        metadata.add(trace)
        return metadata
    }
}

extension JobRecord {
    /// The keys of a log line about the job; the span is the one that it was submitted in.
    public var logged: Logger.Metadata {
        var metadata = self.id.logged(in: self.trace)
        metadata["type"] = "\(self.type)"
        metadata["queue"] = "\(self.queue)"
        if self.tenant != .standard { metadata["tenant"] = "\(self.tenant.name)" }
        return metadata
    }
}

extension LeasedJob {
    /// The keys of a log line about an attempt at the job.
    ///
    /// - Parameter span: The span of the attempt; `nil` if it has none of its own.
    /// - Returns: The keys.
    public func logged(in span: TraceContext? = nil) -> Logger.Metadata {
        // With room for what is said of its end.
        var metadata = Logger.Metadata(minimumCapacity: 10)
        metadata["job"] = .string(lease.id.text)
        metadata["type"] = .string(type)
        metadata["queue"] = .string(queue)
        metadata["attempt"] = .stringConvertible(attempt)
        metadata["fence"] = .stringConvertible(lease.fence)
        metadata.add(span ?? trace)
        return metadata
    }
}

extension Logger.Metadata {
    fileprivate mutating func add(_ trace: TraceContext?) {
        guard let trace else { return }
        self["trace"] = .string(trace.traceID)
        self["span"] = .string(trace.spanID)
    }
}

extension Settlement.Outcome {
    /// What the key `outcome` says of an attempt that came to this.
    public var name: String {
        switch self {
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .canceled: "canceled"
        }
    }

    /// The code of its failure, if it failed.
    public var code: String? {
        if case .failed(let failure, _) = self { failure.code } else { nil }
    }
}

extension Logger.MetadataValue {
    /// A duration in seconds, to the microsecond.
    public static func duration(_ duration: Duration) -> Self {
        let (seconds, attoseconds) = duration.components
        let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
        return .stringConvertible(Double(microseconds) / 1_000_000)
    }
}
