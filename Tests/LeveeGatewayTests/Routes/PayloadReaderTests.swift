// Tests of the reading of bodies, for what the server's decoder would not let through.

import HTTPTypes
import Hummingbird
import LeveeCore
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("Payload reader")
struct PayloadReaderTests {
    private let budget = PayloadBudget(bytes: 20)

    private func read(_ text: String, length: String?, limit: Int = 10) async throws -> [UInt8] {
        var headers = HTTPFields()
        headers[.contentLength] = length
        let head = HTTPRequest(method: .post, scheme: "http", authority: "a", path: "/", headerFields: headers)
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(string: text)))
        return try await read(request, limit: limit).bytes
    }

    private func read(_ request: Request, limit: Int = 10) async throws -> Content {
        let collector = ContentCollector(name: .payload(of: JobID(trusted: "00")), blobs: nil)
        return try await PayloadReader(limit: limit, budget: budget).read(request, as: "text/plain", into: collector)
    }

    @Test("gives the bytes, with and without an announced length", arguments: ["5", nil])
    func whole(length: String?) async throws {
        #expect(try await read("hello", length: length) == Array("hello".utf8))
    }

    @Test("does not take less than was announced for the whole")
    func broken() async {
        await #expect(throws: Problem.incompleteBody) { try await read("hello", length: "6") }
    }

    @Test("goes by the bytes that come, not by the length that was announced", arguments: ["5", nil])
    func lying(length: String?) async {
        await #expect(throws: Problem.bodyTooLarge(limit: 10)) { try await read("hello, world", length: length) }
    }

    @Test("believes a length over the limit")
    func announced() async {
        await #expect(throws: Problem.bodyTooLarge(limit: 10)) { try await read("", length: "11") }
    }

    @Test("takes no more than all bodies may have together, and gives it back")
    func budgeted() async throws {
        let text = String(repeating: "x", count: 15)
        for _ in 0..<3 {
            #expect(try await read(text, length: nil, limit: 15).count == 15)
            await #expect(throws: Problem.incompleteBody) { try await read(text, length: "16", limit: 16) }
        }
        #expect(budget.take(10))
        await #expect(throws: Problem.tooManyBodies) { try await read(text, length: nil, limit: 15) }
        budget.give(10)
        #expect(try await read(text, length: nil, limit: 15).count == 15)
        #expect(budget.take(20))
    }

    @Test("passes on why a body broke off")
    func errors() async {
        for (error, problem) in [
            (Problem.requestTimeout, .requestTimeout), (ChannelError.inputClosed, .incompleteBody),
        ] as [(any Error, Problem)] {
            let (body, source) = RequestBody.makeStream()
            source.finish(error)
            let head = HTTPRequest(method: .post, scheme: "http", authority: "a", path: "/")
            let request = Request(head: head, body: body)
            await #expect(throws: problem) { try await read(request) }
        }
    }
}
