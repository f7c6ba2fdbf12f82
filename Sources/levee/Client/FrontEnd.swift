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
        timeout: TimeAmount = .seconds(60)
    ) async throws -> Answer {
        var request = request(method, path)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let mediaType { request.headers.add(name: "Content-Type", value: mediaType) }
        if let body { request.body = .bytes(body) }
        do {
            return try await answer(Self.client.execute(request, timeout: timeout))
        } catch {
            throw silence(error)
        }
    }

    /// Reads something of any size, a piece at a time.
    ///
    /// - Parameters:
    ///   - path: What to read.
    ///   - take: Takes each piece; what it throws ends the reading.
    /// - Throws: ``ClientFailure`` if there was no answer, another than the thing, or not all of it.
    func download(_ path: String, _ take: ([UInt8]) throws -> Void) async throws {
        let response: HTTPClientResponse
        do {
            // What it takes is as long as it is; only silence ends it.
            response = try await Self.client.execute(request(.GET, path), deadline: .distantFuture)
        } catch {
            throw silence(error)
        }
        guard (200...299).contains(response.status.code) else { throw ClientFailure(try await answer(response)) }
        var count = 0
        var pieces = response.body.makeAsyncIterator()
        while true {
            let piece: ByteBuffer?
            do {
                piece = try await pieces.next()
            } catch {
                let reason = NetworkTrouble.words(for: error)
                throw ClientFailure(.unavailable, "after \(count) bytes from \(base) no more came: \(reason)")
            }
            guard let piece else { return }
            count += piece.readableBytes
            try take(Array(piece.readableBytesView))
        }
    }

    private func request(_ method: HTTPMethod, _ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        return request
    }

    private func answer(_ response: HTTPClientResponse) async throws -> Answer {
        let bytes = try await response.body.collect(upTo: Self.longestDocument)
        return Answer(
            status: Int(response.status.code),
            headers: response.headers,
            body: Array(bytes.readableBytesView)
        )
    }

    private func silence(_ error: any Error) -> ClientFailure {
        let words = NetworkTrouble.words(for: error)
        return ClientFailure(.unavailable, "no answer from \(base): \(words); \(hint)")
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

    /// The most bytes of a document; what jobs leave is read in pieces.
    private static let longestDocument = 64 << 20

    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        // Who waits at a terminal wants to know at once that nobody listens.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.read = .minutes(10)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}
