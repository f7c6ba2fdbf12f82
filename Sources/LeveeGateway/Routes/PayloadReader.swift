// Reads the body of a request to its end, but never more than is allowed.

import HTTPTypes
import Hummingbird
import LeveeCore
import NIOCore

extension Request {
    /// What the body is; `application/octet-stream` where that is not said.
    ///
    /// - Throws: ``Problem`` for a body in a coding (RFC 9110 section 8.4), and for a media type that is none.
    func bodyMediaType() throws(Problem) -> String {
        guard (headers[.contentEncoding] ?? "identity").lowercased() == "identity" else { throw .unsupportedEncoding }
        let mediaType = headers[.contentType] ?? "application/octet-stream"
        guard MediaTypeSyntax.isValid(mediaType) else { throw .malformedContentType }
        return mediaType
    }
}

/// Collects a payload up to a limit.
struct PayloadReader {
    private static let reservedBytes = 64 << 10

    /// The most bytes that the payload may have.
    let limit: Int
    /// What bodies take their memory from while they are being read and in memory.
    let budget: PayloadBudget

    /// The body, all that was announced.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - mediaType: What the body is.
    ///   - collector: What takes it in.
    /// - Returns: The bytes, or the blob that has them.
    /// - Throws: ``Problem`` for a body that is too large, too slow or broken off, and for one too many; `BlobError` for one that
    ///   could not be put down. What is left of it stays unread.
    func read(_ request: Request, as mediaType: String, into collector: ContentCollector) async throws -> Content {
        let announced = request.headers[.contentLength].flatMap { Int($0) }
        if let announced, announced > limit { throw Problem.bodyTooLarge(limit: limit) }
        var collector = collector
        // What is only announced takes no memory yet.
        collector.reserve(min(announced ?? 0, Self.reservedBytes))
        var taken = 0
        defer { budget.give(taken) }
        do {
            for try await chunk in request.body {
                guard collector.length + chunk.readableBytes <= limit else { throw Problem.bodyTooLarge(limit: limit) }
                if !collector.isApart {
                    guard budget.take(chunk.readableBytes) else { throw Problem.tooManyBodies }
                    taken += chunk.readableBytes
                }
                try await collector.append(chunk.readableBytesView)
                if collector.isApart, taken > 0 {
                    budget.give(taken)
                    taken = 0
                }
            }
        } catch  where error is Problem || error is BlobError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Problem.incompleteBody
        }
        // The sequence just ends when the connection does.
        if let announced, collector.length < announced { throw Problem.incompleteBody }
        return try await collector.finish(as: mediaType)
    }
}
