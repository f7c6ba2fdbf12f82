// A client that writes down all it is told, at front ends that come and go.

import Foundation
import LeveeLedger
import NIOCore
import NIOHTTP1

/// Submits jobs, asks for them, calls them off and fetches their results, each time at any front end.
struct ChaosClient: Sendable {
    /// The front ends, by their ports.
    let doors: [Int]
    /// Their admin doors, in the same order.
    let adminDoors: [Int]
    let ledger: LedgerWriter
    let book: JobBook

    /// What of a status document is looked at.
    private struct Status: Decodable {
        var id: String
        var status: String
        var updatedAt: String
    }

    private struct Retry: Decodable {
        var id: String
    }

    /// Submits a job; it counts as accepted only if the answer says so.
    func submit(_ draft: JobDraft, door: Int) async throws {
        let label = draft.order.label
        let path = "/jobs/\(draft.terms.type)"
        let sent = WallTime.now
        do {
            let answer = try await ChaosHTTP.send(.POST, path, port: door, headers: draft.headers, body: draft.body)
            let location = answer.headers.first(name: "Location")
            if answer.status == 202, let id = location?.split(separator: "/").last.map(String.init) {
                try ledger.write(.accepted(label: label, id: id, sent: sent))
                book.add(id)
                return
            }
            if answer.problem == "unknown-outcome" {
                try ledger.write(.unknown(label: label, reason: "status \(answer.status)"))
            }
            try ledger.write(.denied(denial("POST /jobs", answer, door: door, sent: sent, label: label)))
        } catch let error as LedgerFailure {
            throw error
        } catch {
            try ledger.write(.unknown(label: label, reason: "\(error)"))
        }
    }

    /// Asks for the end of a job.
    func cancel(_ id: String, door: Int) async throws {
        let path = "/jobs/\(id)/cancel"
        try ledger.write(.canceling(id: id))
        let sent = WallTime.now
        guard let answer = try? await ChaosHTTP.send(.POST, path, port: door) else { return }
        guard answer.status < 500 else { return try deny("POST /jobs/cancel", answer, door: door, sent: sent) }
        let received = WallTime.now
        try ledger.write(line: Entry(at: received, .cancelAsked(id: id, sent: sent, status: answer.status)))
        if answer.status == 200 { try note(answer, about: id, at: name(of: door, path), sent: sent, received) }
    }

    /// Reads how a job stands, as a poll or as a monitor.
    func observe(_ id: String, door: Int, asMonitor: Bool) async throws {
        let path = asMonitor ? "/operations/\(id)" : "/jobs/\(id)"
        let sent = WallTime.now
        guard let answer = try? await ChaosHTTP.send(.GET, path, port: door) else { return }
        // A front end that cannot reach Redis says so; that is no state of the job.
        guard answer.status < 500 else {
            return try deny(asMonitor ? "GET /operations" : "GET /jobs", answer, door: door, sent: sent)
        }
        try note(answer, about: id, at: name(of: door, path), sent: sent, WallTime.now)
    }

    private func note(_ answer: ChaosAnswer, about id: String, at door: String, sent: Int64, _ received: Int64) throws {
        var observation = Observation(id: id, door: door, sent: sent, status: answer.status)
        if let document = answer.decoded(Status.self), document.id == id {
            observation.state = document.status
            observation.updated = Self.milliseconds(document.updatedAt)
        }
        observation.version = answer.headers.first(name: "ETag").flatMap {
            $0.hasPrefix("W/\"") ? Int($0.dropFirst(3).dropLast()) : nil
        }
        try ledger.write(line: Entry(at: received, .observed(observation)))
        if let state = observation.state, ["succeeded", "failed", "canceled"].contains(state) {
            book.ended(id, hasFailed: state == "failed")
        }
    }

    /// Reads the result of a job. Returns whether there was an answer other than a denial.
    @discardableResult
    func fetch(_ id: String, door: Int) async throws -> Bool {
        let path = "/resources/\(id)"
        let sent = WallTime.now
        guard let answer = try? await ChaosHTTP.send(.GET, path, port: door) else { return false }
        guard answer.status < 500 else {
            try deny("GET /resources", answer, door: door, sent: sent)
            return false
        }
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

    /// Has a new job made of one that has failed, as an operator does.
    func retry(_ id: String, door: Int) async throws {
        guard let place = doors.firstIndex(of: door) else { return }
        try ledger.write(.retrying(id: id))
        let sent = WallTime.now
        let answer = try? await ChaosHTTP.send(.POST, "/jobs/\(id)/retry", port: adminDoors[place])
        guard let answer else { return }
        guard answer.status == 200 || answer.status == 201, let made = answer.decoded(Retry.self)?.id else {
            return try deny("POST /jobs/retry", answer, door: door, sent: sent)
        }
        try ledger.write(.retried(id: id, made: made))
        book.add(made)
    }

    private func deny(_ request: String, _ answer: ChaosAnswer, door: Int, sent: Int64) throws {
        try ledger.write(.denied(denial(request, answer, door: door, sent: sent)))
    }

    private func denial(
        _ request: String,
        _ answer: ChaosAnswer,
        door: Int,
        sent: Int64,
        label: String? = nil
    ) -> Denial {
        Denial(
            request: request,
            label: label,
            door: name(of: door),
            sent: sent,
            status: answer.status,
            retryAfter: answer.headers.first(name: "Retry-After"),
            problem: answer.problem
        )
    }

    private func name(of door: Int) -> String { "frontend-\((doors.firstIndex(of: door) ?? 0) + 1)" }

    /// The front end and the first part of the path.
    private func name(of door: Int, _ path: String) -> String {
        "\(name(of: door))/\(path.split(separator: "/").first ?? "")"
    }

    /// Reads `2026-11-21T22:43:05.123Z`.
    private static func milliseconds(_ text: String) -> Int64? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return (try? style.parse(text)).map { Int64(($0.timeIntervalSince1970 * 1_000).rounded()) }
    }
}
