// The floor of the whole work: a list, a pop, a result and a message, by hand. No acknowledgement, no retry, no lease: what
// a job that is lost with its worker costs less.

import ArgumentParser
import HTTPTypes
import Hummingbird
import LeveeRedis
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// A front end and a worker which share a list and nothing else.
struct PairCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pair",
        abstract: "LPUSH, BRPOP, SETEX and PUBLISH by hand.",
        subcommands: [PairFrontCommand.self, PairWorkCommand.self]
    )

    static let list = "pair"
    static let channel = "pair:done"

    static func key(_ id: String) -> String { "pair:" + id }
}

struct PairFrontCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "front", abstract: "The front end.")

    private struct Order: Decodable {
        var number: Int
    }

    @OptionGroup var options: RedisOptions

    @Option(help: "Where to listen on 127.0.0.1.")
    var port: Int

    func run() async throws {
        let logger = Logger.forBench("pair front")
        let client = try options.client(logger: logger)
        let router = Router()
        router.post("jobs/:id") { request, context in
            let order = try await request.decode(as: Order.self, context: context)
            let id = String(UInt64.random(in: .min ... .max), radix: 36)
            _ = try await client.send(RedisCommand("LPUSH", PairCommand.list, "\(id) \(order.number)"))
            return Self.answer(.accepted, location: "/jobs/\(id)")
        }
        router.get("jobs/:id") { _, context in
            let id = try context.parameters.require("id")
            let isThere = try await client.send(RedisCommand("EXISTS", PairCommand.key(id))).int == 1
            return isThere ? Self.answer(.found, location: "/resources/\(id)") : Self.answer(.accepted)
        }
        router.get("resources/:id") { _, context in
            let id = try context.parameters.require("id")
            guard let bytes = try await client.send(RedisCommand("GET", PairCommand.key(id))).bytes else {
                throw HTTPError(.notFound)
            }
            return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            services: [RedisService(client: client)],
            logger: logger
        )
        try await application.runService()
    }

    private static func answer(_ status: HTTPResponse.Status, location: String? = nil) -> Response {
        var headers = HTTPFields()
        headers[.location] = location
        headers[.retryAfter] = "1"
        return Response(status: status, headers: headers)
    }
}

struct PairWorkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "work", abstract: "The worker.")

    @OptionGroup var options: RedisOptions

    @Option(help: "How many pops wait at once, each on a connection of its own.")
    var slots = 16

    func run() async throws {
        let logger = Logger.forBench("pair work")
        let client = try options.client(logger: logger)
        try await ServiceGroup(
            services: [RedisService(client: client), PairWorker(client: client, slots: slots)],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        ).run()
    }
}

/// Pops, squares, stores, tells.
struct PairWorker: Service {
    private static let life = 3_600

    let client: RedisClient
    let slots: Int

    func run() async throws {
        try await client.waitUntilConnected(timeout: .seconds(10))
        try await cancelWhenGracefulShutdown {
            try await withThrowingDiscardingTaskGroup { group in
                for _ in 0..<slots { group.addTask { try await work() } }
            }
        }
    }

    private func work() async throws {
        let connection = RedisBlockingConnection(client: client)
        while !Task.isCancelled {
            guard let popped = try await connection.pop(from: [PairCommand.list], timeout: .seconds(1)) else {
                continue
            }
            let words = String(decoding: popped.value, as: UTF8.self).split(separator: " ")
            guard words.count == 2, let number = Int(words[1]) else { continue }
            let id = String(words[0])
            let square = "{\"square\":\(number * number)}"
            let replies = await client.send(pipeline: [
                RedisCommand("SETEX", PairCommand.key(id), Self.life, square),
                RedisCommand("PUBLISH", PairCommand.channel, id),
            ])
            for reply in replies { _ = try reply.get() }
        }
        await connection.close()
    }
}
