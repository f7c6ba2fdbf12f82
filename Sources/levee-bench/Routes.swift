// The floor of a status poll: the same answer from a bare Hummingbird route, and from one with a single HMGET.

import ArgumentParser
import HTTPTypes
import Hummingbird
import LeveeRedis
import Logging
import NIOCore

/// `GET /bare/jobs/{id}` and `GET /hmget/jobs/{id}`, both always 202, as for a job that waits.
struct RoutesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes",
        abstract: "Serve a status that is made up, and one that is read with one HMGET."
    )

    /// What Levee reads for a status poll (RecordFields).
    private static let fields = ["s", "f", "d", "x", "pc", "ps", "pm", "rs", "r", "ec", "em", "es", "rf", "tp"]

    @OptionGroup var options: RedisOptions

    @Option(help: "Where to listen on 127.0.0.1.")
    var port: Int

    @Option(help: "What stands before the id in the key of a job.")
    var prefix = "levee:{00}:j:"

    func run() async throws {
        let logger = Logger.forBench("routes")
        let client = try options.client(logger: logger)
        let router = Router()
        router.get("bare/jobs/:id") { _, context in
            Self.pending(try context.parameters.require("id"), state: "queued")
        }
        router.get("hmget/jobs/:id") { [prefix] _, context in
            let id = try context.parameters.require("id")
            var command = RedisCommand("HMGET", prefix + id)
            for field in Self.fields { command.append(field) }
            guard let standing = try await client.send(command).array?.first?.bytes else { throw HTTPError(.notFound) }
            let state = standing.prefix { $0 != UInt8(ascii: " ") }
            return Self.pending(id, state: String(decoding: state, as: UTF8.self))
        }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            services: [RedisService(client: client)],
            logger: logger
        )
        try await application.runService()
    }

    /// As many header fields and about as many bytes as Levee answers with.
    private static func pending(_ id: String, state: String) -> Response {
        let body = """
            {"id":"\(id)","type":"square","status":"\(state)","queue":"default","priority":"normal","position":1,\
            "createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"2026-01-01T00:00:00.000Z","attempts":0,\
            "links":{"self":"/jobs/\(id)","history":"/jobs/\(id)/history","cancel":"/jobs/\(id)/cancel"}}
            """
        var headers = HTTPFields()
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "no-cache"
        headers[.eTag] = "\"1\""
        headers[.location] = "/jobs/\(id)"
        headers[.retryAfter] = "1"
        return Response(
            status: .accepted,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: body))
        )
    }
}
