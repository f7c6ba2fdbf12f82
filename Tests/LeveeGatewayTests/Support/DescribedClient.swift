// Holds every answer that a test gets against what the door says of itself.

import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import LeveeGateway

/// A client that knows the OpenAPI document of its door: an answer whose status, media type or header field is not described is
/// an issue.
struct DescribedClient: TestClientProtocol {
    private let client: any TestClientProtocol
    private let document: Description

    init(_ client: any TestClientProtocol) async throws {
        self.client = client
        let path = OpenAPIDocument.path
        document = try Description(await client.executeRequest(uri: path, method: .get, headers: [:], body: nil).json)
    }

    var port: Int? { client.port }

    func executeRequest(
        uri: String,
        method: HTTPRequest.Method,
        headers: HTTPFields,
        body: ByteBuffer?
    ) async throws -> TestResponse {
        let response = try await client.executeRequest(uri: uri, method: method, headers: headers, body: body)
        document.check(response, to: method, String(uri.prefix { $0 != "?" }))
        return response
    }
}

/// An OpenAPI document, as far as answers can be held against it.
struct Description: @unchecked Sendable {
    /// What concerns the connection, the framing and the media type: OpenAPI leaves it to HTTP.
    private static let framing: Set<String> = [
        "content-type", "content-length", "connection", "date", "transfer-encoding", "server",
    ]

    private let document: [String: Any]
    private let paths: [String: [String: Any]]

    init(_ document: [String: Any]) throws {
        self.document = document
        paths = try #require(document["paths"] as? [String: [String: Any]])
    }

    /// Every operation, as `GET /path`.
    var operations: Set<String> {
        Set(paths.flatMap { path, item in item.keys.map { "\($0.uppercased()) \(path)" } })
    }

    func operation(_ method: HTTPRequest.Method, _ path: String) -> [String: Any]? {
        let segments = path.split(separator: "/")
        let fitting = paths.keys.filter { template in
            let parts = template.split(separator: "/")
            return parts.count == segments.count && zip(parts, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
        let template = fitting.min { $0.contains("{") ? false : $1.contains("{") }
        return template.flatMap { paths[$0]?[method.rawValue.lowercased()] as? [String: Any] }
    }

    /// A response with its reference resolved.
    func response(_ status: Int, of operation: [String: Any]) -> [String: Any]? {
        guard let response = (operation["responses"] as? [String: [String: Any]])?["\(status)"] else { return nil }
        guard let reference = response["$ref"] as? String else { return response }
        return reference.split(separator: "/").dropFirst()
            .reduce(document as Any?) { ($0 as? [String: Any])?[String($1)] } as? [String: Any]
    }

    func check(_ response: TestResponse, to method: HTTPRequest.Method, _ path: String) {
        guard let operation = operation(method == .head ? .get : method, path) else { return }
        let status = response.status.code
        let place = "\(status) to \(method) \(path)"
        let responses = operation["responses"] as? [String: Any]
        guard let described = self.response(status, of: operation) else {
            // What a handler answers behind a route is not Levee's to describe.
            if responses?["default"] != nil { return }
            Issue.record("\(place) is not described")
            return
        }
        let fields = described["headers"] as? [String: [String: Any]] ?? [:]
        let known = Set(fields.keys.map { $0.lowercased() }).union(Self.framing)
        let sent = Set(response.headers.map { $0.name.canonicalName })
        #expect(sent.subtracting(known) == [], "fields of \(place)")
        let required = fields.filter { $0.value["required"] as? Bool == true }.keys.map { $0.lowercased() }
        #expect(Set(required).subtracting(sent) == [], "required fields of \(place)")
        let content = described["content"] as? [String: Any] ?? [:]
        let mediaType = response.headers[.contentType].map { $0.prefix { $0 != ";" }.lowercased() }
        let isKnown = content.keys.contains { $0 == "*/*" || $0.prefix { $0 != ";" }.lowercased() == mediaType }
        #expect(mediaType == nil || isKnown, "media type \(mediaType ?? "") of \(place)")
    }
}
