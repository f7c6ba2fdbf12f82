// A front end as a client sees it.

import AsyncHTTPClient
import Foundation
import LeveeTestSupport
import NIOCore
import NIOHTTP1
import Testing

/// What a front end answered.
struct Answer: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: [UInt8]

    subscript(_ header: String) -> String? { headers.first(name: header) }

    /// A value of the JSON body, by its path.
    func json(_ path: String...) throws -> Any? {
        var value = try JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed) as Any?
        for key in path { value = (value as? [String: Any])?[key] }
        return value
    }

    /// A text in the JSON body, by its path.
    func text(_ path: String...) throws -> String {
        var value = try JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed) as Any?
        for key in path { value = (value as? [String: Any])?[key] }
        return try #require(value as? String, "\(path) in \(String(decoding: body, as: UTF8.self))")
    }
}

/// Speaks to one front end; follows no redirects.
struct HTTPDoor: Sendable {
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        // That nobody listens is said at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        // So many may wait for an answer at once.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 100
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    let base: String

    func send(
        _ method: HTTPMethod,
        _ target: String,
        type: String? = nil,
        headers: [(String, String)] = [],
        body: [UInt8]? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: target.hasPrefix("http") ? target : base + target)
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let type { request.headers.add(name: "Content-Type", value: type) }
        if let body { request.body = .bytes(body) }
        let response = try await Self.client.execute(request, timeout: .seconds(30))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return Answer(status: Int(response.status.code), headers: response.headers, body: Array(buffer: bytes))
    }

    /// Submits a job and returns the path of its status.
    func submit(_ type: String, _ payload: String, mediaType: String = "application/json") async throws -> String {
        try await submit(type, Array(payload.utf8), mediaType: mediaType)
    }

    /// Submits a job and returns the path of its status.
    func submit(_ type: String, _ payload: [UInt8], mediaType: String) async throws -> String {
        let answer = try await send(.POST, "/jobs/\(type)", type: mediaType, body: payload)
        try #require(answer.status == 202, "\(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
        return "/jobs/\(try answer.text("id"))"
    }

    /// Polls until the job has ended, and returns the redirect.
    func end(of job: String) async throws -> Answer {
        var answer: Answer?
        try await eventually("\(job) ends") {
            answer = try await send(.GET, job)
            return answer?.status != 202
        }
        let last = try #require(answer)
        #expect(last.status == 302)
        return last
    }

    /// Polls until the job has ended, and returns what its resource holds.
    func result(of job: String) async throws -> Answer {
        try await send(.GET, try #require(try await end(of: job)["Location"]))
    }

    /// Polls until the job is in a state.
    func wait(for job: String, toBe status: String) async throws {
        let monitor = job.replacing("/jobs/", with: "/operations/")
        try await eventually("\(job) is \(status)") { try await send(.GET, monitor).text("status") == status }
    }

    /// The log of a job: `status cause` for each entry, those of progress left out.
    func history(of job: String) async throws -> [String] {
        let entries = try await send(.GET, job + "/history").json("history") as? [[String: Any]]
        return try #require(entries).compactMap { entry in
            guard let status = entry["status"] as? String, let cause = entry["cause"] as? String else { return nil }
            return cause == "progress" ? nil : "\(status) \(cause)"
        }
    }
}
