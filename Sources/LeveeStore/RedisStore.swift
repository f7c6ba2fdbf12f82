// The ports of Levee on Redis: every change of state is one script, every read one command.

public import LeveeCore
public import LeveeRedis
public import Logging

/// The store of a deployment.
///
/// Made by ``open(on:queues:logger:)`` once Redis has answered. There is one partition for now; nothing outside this type
/// may know that.
public final class RedisStore: Sendable {
    /// The version of the Redis layout that this program reads and writes.
    public static let layout = "1"
    /// The most bytes of payload or result that lie in a job's hash; more get a key and a connection of their own.
    public static let inlineLimit = 64 << 10
    /// After how many lost workers a job is poison.
    static let poisonAfter = 5
    /// The most attempts that are settled by one call of a script.
    static let batchLimit = 64

    static let partition = "00"

    let client: RedisClient
    let keys: Keys
    let scripts: Scripts
    let authority: JobIDAuthority
    /// What ids are signed with.
    let secret: [UInt8]
    let logger: Logger
    let blocking: RedisBlockingConnection

    private init(client: RedisClient, keys: Keys, scripts: Scripts, secret: [UInt8], logger: Logger) {
        self.client = client
        self.keys = keys
        self.scripts = scripts
        self.secret = secret
        self.authority = JobIDAuthority(secret: secret)
        self.logger = logger
        self.blocking = RedisBlockingConnection(client: client)
    }

    /// Opens the store: checks that the layout in Redis is known, or founds it, and makes the queues known.
    ///
    /// - Parameters:
    ///   - client: The connections to Redis; its `run()` must be under way, and goes on to be the caller's.
    ///   - queues: The names of the queues that this process uses.
    ///   - logger: Where the store logs to.
    /// - Returns: The store.
    /// - Throws: ``StoreError/incompatibleLayout(_:)`` if another version of Levee has founded the layout.
    public static func open(
        on client: RedisClient,
        queues: [String],
        logger: Logger
    ) async throws(StoreError) -> RedisStore {
        try await open(on: client, queues: queues, scripts: Scripts(), logger: logger)
    }

    static func open(
        on client: RedisClient,
        queues: [String],
        scripts: Scripts,
        founds: Bool = true,
        logger: Logger
    ) async throws(StoreError) -> RedisStore {
        let keys = Keys(tag: partition)
        var generator = SystemRandomNumberGenerator()
        let secret = (0..<(founds ? 32 : 0)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let arguments = [Array(layout.utf8), secret] + queues.map { Array($0.utf8) }
        let reply: RESPValue
        do throws(RedisError) {
            reply = try await client.evaluate(scripts.open, keys: [keys.prefix], arguments: arguments)
        } catch {
            throw StoreError(error)
        }
        guard let fields = reply.array, fields.count == 2, let bytes = fields[1].bytes else {
            throw .unexpectedReply("open answered \(reply)")
        }
        guard fields[0].string == "open" else {
            let found = fields[1].string ?? "?"
            guard fields[0].string == "unknown" else {
                throw .incompatibleLayout("there is no \(found); is it the right Redis, and the right database?")
            }
            throw .incompatibleLayout(
                "Redis holds version \(found), this program knows version \(layout); use the levee that wrote it, or another database"
            )
        }
        return RedisStore(client: client, keys: keys, scripts: scripts, secret: bytes, logger: logger)
    }

    /// Closes what the store itself has opened; the client stays the caller's.
    public func close() async {
        await blocking.close()
    }

    func run(
        _ script: RedisScript,
        _ arguments: [[UInt8]],
        large: Bool = false
    ) async throws(StoreError) -> RESPValue {
        do throws(RedisError) {
            return try await client.evaluate(script, keys: [keys.prefix], arguments: arguments, large: large)
        } catch {
            throw StoreError(error)
        }
    }

    func send(_ command: RedisCommand, large: Bool = false) async throws(StoreError) -> RESPValue {
        do throws(RedisError) {
            return large ? try await client.sendLarge(command) : try await client.send(command)
        } catch {
            throw StoreError(error)
        }
    }
}
