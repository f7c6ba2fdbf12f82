// The requests of the clients of a run.

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// What came back.
struct ChaosAnswer {
    var status: Int
    var headers: HTTPHeaders
    var body: ByteBuffer

    private struct Problem: Decodable {
        var type: String
        var status: Int
    }

    func decoded<Document: Decodable>(_ type: Document.Type) -> Document? {
        try? JSONDecoder().decode(type, from: Data(body.readableBytesView))
    }

    /// The last part of the type of a problem document that names the status of the answer (RFC 9457).
    var problem: String? {
        guard headers.first(name: "Content-Type")?.hasPrefix("application/problem+json") == true,
            let problem = decoded(Problem.self), problem.status == status
        else { return nil }
        return problem.type.split(separator: ":").last.map(String.init)
    }
}

/// Sends requests to front ends that may be away.
enum ChaosHTTP {
    /// How long a request may take before its outcome counts as unknown.
    private static let patience = TimeAmount.seconds(8)

    static func send(
        _ method: HTTPMethod,
        _ path: String,
        port: Int,
        headers: HTTPHeaders = [:],
        body: Data? = nil
    ) async throws -> ChaosAnswer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = method
        request.headers = headers
        if let body { request.body = .bytes(body) }
        let response = try await client.execute(request, timeout: patience)
        let bytes = try await response.body.collect(upTo: 16 << 20)
        return ChaosAnswer(status: Int(response.status.code), headers: response.headers, body: bytes)
    }

    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(2)
        configuration.maximumUsesPerConnection = 20
        // A submit that is sent twice unasked would be two jobs.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}
