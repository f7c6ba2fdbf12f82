// Short ways to send a request and to look into a response.

import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import LeveeGateway

extension TestClientProtocol {
    func send(
        _ method: HTTPRequest.Method,
        _ uri: String,
        _ headers: HTTPFields = [:],
        body: String? = nil
    ) async throws -> TestResponse {
        try await send(method, uri, headers, bytes: body.map { ByteBuffer(string: $0) })
    }

    func send(
        _ method: HTTPRequest.Method,
        _ uri: String,
        _ headers: HTTPFields,
        bytes: ByteBuffer?
    ) async throws -> TestResponse {
        try await executeRequest(uri: uri, method: method, headers: headers, body: bytes)
    }
}

extension TestResponse {
    var string: String { String(buffer: body) }

    /// The seconds of `Retry-After`, which each job's id shortens by up to a quarter; 0 where there are none.
    var retryAfter: Int { headers[.retryAfter].flatMap { Int($0) } ?? 0 }

    /// The body as a JSON object.
    var json: [String: Any] {
        get throws {
            let data = Data(body.readableBytesView)
            return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any], "\(string)")
        }
    }

    /// A text member of the body; inner members by dots.
    func text(_ path: String) throws -> String { try #require(try member(path) as? String, "\(path) in \(string)") }

    /// A numeric member of the body; inner members by dots.
    func number(_ path: String) throws -> Int { try #require(try member(path) as? Int, "\(path) in \(string)") }

    func isNull(_ path: String) throws -> Bool { try member(path) is NSNull }

    func member(_ path: String) throws -> Any? {
        var value: Any? = try json
        for name in path.split(separator: ".") { value = (value as? [String: Any])?[String(name)] }
        return value
    }

    /// Holds the response to be a problem document in every respect.
    func expectProblem(
        _ status: Int,
        _ token: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(self.status.code == status, sourceLocation: sourceLocation)
        #expect(headers[.contentType] == "application/problem+json", sourceLocation: sourceLocation)
        #expect(try text("type") == "urn:levee:problem:\(token)", sourceLocation: sourceLocation)
        #expect(try number("status") == status, sourceLocation: sourceLocation)
        #expect(try !text("title").isEmpty, sourceLocation: sourceLocation)
        #expect(try !text("detail").isEmpty, sourceLocation: sourceLocation)
        #expect(try text("instance").hasPrefix("/"), sourceLocation: sourceLocation)
    }
}

/// Holds bytes to be a problem document in a whole response.
func expectProblem(
    _ answer: String,
    _ status: Int,
    _ token: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.hasPrefix("HTTP/1.1 \(status) "), sourceLocation: sourceLocation)
    #expect(answer.contains("Content-Type: application/problem+json\r\n"), sourceLocation: sourceLocation)
    #expect(answer.contains("\"status\":\(status)"), sourceLocation: sourceLocation)
    #expect(answer.contains("urn:levee:problem:\(token)"), sourceLocation: sourceLocation)
}
