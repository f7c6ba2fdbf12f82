// Gives the payload back.

public import LeveeCore
public import LeveeWorker

/// Gives back the bytes and the media type of the payload, unchanged.
public struct EchoHandler: PayloadHandler {
    /// Creates the handler.
    public init() {}

    /// It never looks at the bytes.
    public var readsBlobs: Bool { true }
    /// It hands on what it has got.
    public var isQuick: Bool { true }

    /// Gives the payload back.
    public func handle(_ job: LeasedJob, payload: Content, context: JobContext) -> JobResult {
        JobResult(content: payload)
    }
}
