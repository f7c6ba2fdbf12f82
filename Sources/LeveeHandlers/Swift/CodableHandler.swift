// Between bytes and values: payloads are read and results written as JSON (RFC 8259).

public import LeveeCore
public import LeveeWorker

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Runs a ``JobHandler`` on JSON.
///
/// A payload that is not JSON, or not of the right shape, ends the job with the code ``JobFailure/invalidPayloadCode``,
/// the status 400 and words that name the place.
public struct CodableHandler<Handler: JobHandler>: PayloadHandler {
    private let handler: Handler
    private let decoder = JSONDecoder()
    private let encoder: JSONEncoder

    /// What the handler says of itself.
    public var isQuick: Bool { handler.isQuick }

    /// Creates an adapter.
    ///
    /// - Parameter handler: What does the work.
    public init(_ handler: Handler) {
        self.handler = handler
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    /// Creates an adapter round a closure.
    ///
    /// - Parameter body: Makes one attempt at a job.
    public init<Input, Output>(
        _ body: @escaping @Sendable (Input, JobContext) async throws -> Output
    ) where Handler == ClosureHandler<Input, Output> {
        self.init(ClosureHandler(body))
    }

    /// Makes one attempt at a job: reads the payload, has the work done, writes the result.
    public func handle(_ job: LeasedJob, payload: Content, context: JobContext) async throws -> JobResult {
        let output = try await handler.run(try read(payload), context: context)
        let bytes = [UInt8](try encoder.encode(output))
        return JobResult(content: Content(mediaType: "application/json", bytes: bytes))
    }

    private func read(_ payload: Content) throws(JobFailure) -> Handler.Input {
        do {
            return try decoder.decode(Handler.Input.self, from: Data(payload.bytes))
        } catch {
            throw JobFailure(
                code: JobFailure.invalidPayloadCode,
                detail: (error as? DecodingError)?.words ?? String(describing: error),
                status: 400,
                disposition: .final
            )
        }
    }
}

extension JobFailure {
    /// The payload cannot be read as what the handler takes.
    public static let invalidPayloadCode = "invalid-payload"
}

extension DecodingError {
    /// What is wrong and where, for whoever wrote the payload.
    fileprivate var words: String {
        switch self {
        case .keyNotFound(let key, let context):
            "\(Self.place(context.codingPath + [key])) is missing"
        case .valueNotFound(_, let context):
            "\(Self.place(context.codingPath)) must not be null"
        case .typeMismatch(let type, let context):
            "\(Self.place(context.codingPath)) has the wrong type: expected \(Self.name(of: type))"
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            "the payload is not valid JSON"
        case .dataCorrupted(let context):
            "\(Self.place(context.codingPath)) is not valid: \(context.debugDescription)"
        @unknown default:
            "the payload cannot be read: \(self)"
        }
    }

    /// A coding path as people write it: `items[2].name`.
    private static func place(_ path: [any CodingKey]) -> String {
        guard !path.isEmpty else { return "the payload" }
        var text = ""
        for key in path {
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return "\"\(text)\""
    }

    /// A type as a writer of JSON knows it.
    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is any ExpressibleByArrayLiteral.Type: "an array"
        default: "an object"
        }
    }
}
