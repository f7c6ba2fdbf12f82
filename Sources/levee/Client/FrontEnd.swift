// A front end, as the client commands speak to it.

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// One front end; follows no redirects by itself.
struct FrontEnd: Sendable {
    /// What it answered.
    struct Answer {
        var status: Int
        var headers: HTTPHeaders
        var body: [UInt8]

        /// The body as a JSON object; empty if it is none.
        var document: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) ?? [:]
        }

        /// How long to wait until the next question, in seconds.
        var retryAfter: Int { headers.first(name: "Retry-After").flatMap { Int($0) }.map { max(1, $0) } ?? 1 }
    }

    let base: String
    /// The API key that goes with every request, if any.
    private let key: String?
    /// What to look at if nobody answers.
    private let hint: String

    init(
        _ text: String,
        key: String?,
        hint: String = "is it running? (LEVEE_URL or --url)"
    ) throws(ClientFailure) {
        self.key = key
        self.hint = hint
        let url = URL(string: text)
        guard let url, url.scheme == "http" || url.scheme == "https", let host = url.host, !host.isEmpty else {
            throw ClientFailure(.usage, "\(LineText.quoted(text)) is no URL; write http://host:port")
        }
        base = text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// Sends one request.
    ///
    /// - Throws: ``ClientFailure`` if there was no answer.
    func send(
        _ method: HTTPMethod,
        _ path: String,
        headers: [(String, String)] = [],
        mediaType: String? = nil,
        body: [UInt8]? = nil,
        bodyLimit: Int = 64 << 20
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let mediaType { request.headers.add(name: "Content-Type", value: mediaType) }
        if let body { request.body = .bytes(body) }
        do {
            let response = try await Self.client.execute(request, timeout: .seconds(60))
            let bytes = try await response.body.collect(upTo: bodyLimit)
            return Answer(
                status: Int(response.status.code),
                headers: response.headers,
                body: Array(bytes.readableBytesView)
            )
        } catch {
            throw ClientFailure(.unavailable, "no answer from \(base): \(NetworkTrouble.words(for: error)); \(hint)")
        }
    }

    /// Reads the status of a job.
    func status(of id: String) async throws -> Answer {
        let answer = try await send(.GET, "/operations/\(Self.escaped(id))")
        guard answer.status == 200 else { throw ClientFailure(answer) }
        return answer
    }

    /// A part of a path that cannot leave its place.
    static func escaped(_ part: String) -> String {
        part.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-_."))) ?? ""
    }

    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}
