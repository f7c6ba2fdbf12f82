// Reads the body of a request whole, but never more than is allowed.

import HTTPTypes
import Hummingbird
import NIOCore

/// Collects a payload up to a limit.
struct PayloadReader {
    private static let reservedBytes = 64 << 10

    /// The most bytes that the payload may have.
    let limit: Int
    /// What bodies that are being read take their memory from.
    let budget: PayloadBudget

    /// The bytes of the body, all that were announced.
    ///
    /// - Throws: ``Problem`` for a body that is too large, too slow or broken off, and for one too many. What is left of it
    ///   stays unread.
    func read(_ request: Request) async throws -> [UInt8] {
        let announced = request.headers[.contentLength].flatMap { Int($0) }
        if let announced, announced > limit { throw Problem.bodyTooLarge(limit: limit) }
        var bytes: [UInt8] = []
        // What is only announced takes no memory yet.
        bytes.reserveCapacity(min(announced ?? 0, Self.reservedBytes))
        defer { budget.give(bytes.count) }
        do {
            for try await chunk in request.body {
                guard bytes.count + chunk.readableBytes <= limit else { throw Problem.bodyTooLarge(limit: limit) }
                guard budget.take(chunk.readableBytes) else { throw Problem.tooManyBodies }
                bytes.append(contentsOf: chunk.readableBytesView)
            }
        } catch let error as Problem {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Problem.incompleteBody
        }
        // The sequence just ends when the connection does.
        if let announced, bytes.count < announced { throw Problem.incompleteBody }
        return bytes
    }
}
