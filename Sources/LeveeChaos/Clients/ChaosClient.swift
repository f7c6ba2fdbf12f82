// A client that writes down all it is told, at front ends that come and go.

import AsyncHTTPClient
import Foundation
import LeveeLedger
import NIOCore
import NIOHTTP1

/// Submits jobs, asks for them and fetches their results, each time at any front end.
struct ChaosClient: Sendable {
    /// The front ends, by their ports.
    let doors: [Int]
    let ledger: LedgerWriter
    let book: JobBook
    /// How long a request may take before its outcome counts as unknown.
    var patience = TimeAmount.seconds(8)

    private struct Answer {
        var status: Int
        var headers: HTTPHeaders
        var body: ByteBuffer

        func decoded<Document: Decodable>(_ type: Document.Type) -> Document? {
            try? JSONDecoder().decode(type, from: Data(body.readableBytesView))
        }
    }

    /// What of a status document is looked at.
    private struct Status: Decodable {
        var id: String
        var status: String
        var updatedAt: String
    }

    /// Submits a job; it counts as accepted only if the answer says so.
    func submit(_ order: JobOrder, door: Int) async throws {
        let label = order.label
        try ledger.write(.submitting(label: label, type: order.kind.rawValue))
        do {
            let body = try JSONEncoder().encode(order)
            let answer = try await send(.POST, "/jobs/\(order.kind.rawValue)", door: door, body: body)
            let location = answer.headers.first(name: "Location")
            if answer.status == 202, let id = location?.split(separator: "/").last.map(String.init) {
                try ledger.write(.accepted(label: label, id: id))
                book.add(id)
            } else if String(buffer: answer.body).contains("unknown-outcome") {
                try ledger.write(.unknown(label: label, reason: "status \(answer.status)"))
            } else {
                let hint = answer.headers.first(name: "Retry-After")
                try ledger.write(.refused(label: label, status: answer.status, retryAfter: hint))
            }
        } catch let error as LedgerFailure {
            throw error
        } catch {
            try ledger.write(.unknown(label: label, reason: "\(error)"))
        }
    }

    /// Asks for the end of a job.
    func cancel(_ id: String, door: Int) async throws {
        let answer = try? await send(.POST, "/jobs/\(id)/cancel", door: door)
        try ledger.write(.cancelAsked(id: id, status: answer?.status ?? 0))
    }

    /// Reads how a job stands, as a poll or as a monitor.
    func observe(_ id: String, door: Int, asMonitor: Bool) async throws {
        let path = asMonitor ? "/operations/\(id)" : "/jobs/\(id)"
        let sent = WallTime.now
        guard let answer = try? await send(.GET, path, door: door) else { return }
        let received = WallTime.now
        var observation = Observation(id: id, door: name(of: door, path), sent: sent, status: answer.status)
        // A front end that cannot reach Redis says so; that is no state of the job.
        guard answer.status < 500 else { return }
        if let document = answer.decoded(Status.self), document.id == id {
            observation.state = document.status
            observation.updated = Self.milliseconds(document.updatedAt)
        }
        observation.version = answer.headers.first(name: "ETag").flatMap {
            $0.hasPrefix("W/\"") ? Int($0.dropFirst(3).dropLast()) : nil
        }
        try ledger.write(line: Entry(at: received, .observed(observation)))
        if ["succeeded", "failed", "canceled"].contains(observation.state) { book.ended(id) }
    }

    /// Reads the result of a job. Returns whether there was an answer other than that Redis is away.
    @discardableResult
    func fetch(_ id: String, door: Int) async throws -> Bool {
        let path = "/resources/\(id)"
        let sent = WallTime.now
        guard let answer = try? await send(.GET, path, door: door), answer.status < 500 else { return false }
        let fetch = Fetch(
            id: id,
            door: name(of: door, path),
            sent: sent,
            status: answer.status,
            digest: Digest.of(answer.body.readableBytesView),
            fence: answer.status == 200 ? answer.decoded(JobReceipt.self)?.fence : nil
        )
        try ledger.write(.fetched(fetch))
        return true
    }

    /// The front end and the first part of the path.
    private func name(of door: Int, _ path: String) -> String {
        "frontend-\((doors.firstIndex(of: door) ?? 0) + 1)/\(path.split(separator: "/").first ?? "")"
    }

    private func send(_ method: HTTPMethod, _ path: String, door: Int, body: Data? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(door)\(path)")
        request.method = method
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body)
        }
        let response = try await Self.http.execute(request, timeout: patience)
        let bytes = try await response.body.collect(upTo: 16 << 20)
        return Answer(status: Int(response.status.code), headers: response.headers, body: bytes)
    }

    /// Reads `2026-11-21T22:43:05.123Z`.
    private static func milliseconds(_ text: String) -> Int64? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return (try? style.parse(text)).map { Int64(($0.timeIntervalSince1970 * 1_000).rounded()) }
    }

    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(2)
        configuration.maximumUsesPerConnection = 20
        // A submit that is sent twice unasked would be two jobs.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}
