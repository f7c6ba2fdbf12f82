// The ports of Levee on Redis: every change of state is one script, every read one command.

public import LeveeCore
public import LeveeRedis
public import Logging
import Synchronization

/// The store of a deployment.
///
/// Made by ``open(on:queues:logger:)`` once Redis has answered. There is one partition for now; nothing outside this type
/// may know that.
public final class RedisStore: Sendable {
    /// The version of the Redis layout that this program reads and writes.
    public static let layout = "2"
    /// The most bytes of payload or result that lie in a job's hash; more get a key and a connection of their own.
    public static let inlineLimit = 64 << 10
    /// After how many lost workers a job is poison.
    static let poisonAfter = 5
    /// The most attempts that are settled by one call of a script.
    static let batchLimit = 250

    static let partition = "00"

    let client: RedisClient
    let keys: Keys
    let scripts: Scripts
    let logger: Logger
    let blocking: RedisBlockingConnection
    let pacer = Pacer()
    private let queues: [String]
    private let state: Mutex<Founding>

    private init(
        client: RedisClient,
        keys: Keys,
        scripts: Scripts,
        queues: [String],
        founding: Founding,
        logger: Logger
    ) {
        self.client = client
        self.keys = keys
        self.scripts = scripts
        self.queues = queues
        self.logger = logger
        state = Mutex(founding)
        blocking = RedisBlockingConnection(client: client)
    }

    /// What the partition was founded with, as far as this process knows.
    var founding: Founding { state.withLock { $0 } }

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
        let founding = founds ? Founding.new() : .none
        let (found, _) = try await Self.found(founding, queues, on: client, keys: keys, scripts: scripts)
        return RedisStore(client: client, keys: keys, scripts: scripts, queues: queues, founding: found, logger: logger)
    }

    /// Opens the partition anew after Redis was emptied. If nobody else has done so before, its ids go on as they were.
    func reopen() async throws(StoreError) {
        let own = founding.renewed()
        let (found, isNew) = try await Self.found(own, queues, on: client, keys: keys, scripts: scripts)
        let isForeign = state.withLock { founding in
            defer { founding = found }
            return founding.secret != found.secret
        }
        if isNew { logger.warning("Redis was emptied: its layout is founded anew, jobs that were in it are gone") }
        if isForeign {
            logger.warning("Redis was emptied and founded by another process: ids from before are unknown now")
        }
    }

    /// Opens a partition, or founds it.
    ///
    /// - Returns: What it was founded with, and whether that was now.
    private static func found(
        _ founding: Founding,
        _ queues: [String],
        on client: RedisClient,
        keys: Keys,
        scripts: Scripts
    ) async throws(StoreError) -> (Founding, isNew: Bool) {
        var arguments: [[UInt8]] = []
        arguments.append(layout)
        arguments.append(founding.secret)
        arguments.append(founding.epoch)
        for queue in queues { arguments.append(queue) }
        let reply: RESPValue
        do throws(RedisError) {
            reply = try await client.evaluate(scripts.open, keys: [keys.prefix], arguments: arguments)
        } catch {
            throw StoreError(error)
        }
        let fields = reply.array ?? []
        switch fields.first?.string {
        case "open", "founded":
            guard fields.count == 3, let secret = fields[1].bytes, let epoch = fields[2].string else { break }
            return (Founding(secret: secret, epoch: epoch), fields[0].string == "founded")
        case "absent":
            let found = fields.last?.string ?? "?"
            throw .incompatibleLayout("there is no \(found); is it the right Redis, and the right database?")
        case "unknown":
            let found = fields.last?.string ?? "?"
            throw .incompatibleLayout(
                "Redis holds version \(found), this program knows version \(layout); use the levee that wrote it, or another database"
            )
        default: break
        }
        throw .unexpectedReply("open answered \(reply)")
    }

    /// Closes what the store itself has opened; the client stays the caller's.
    public func close() async {
        await blocking.close()
    }

    func run(
        _ script: RedisScript,
        _ arguments: [[UInt8]],
        large: Bool = false,
        timeout: Duration? = nil
    ) async throws(StoreError) -> RESPValue {
        do throws(RedisError) {
            return try await client.evaluate(
                script,
                keys: [keys.prefix],
                arguments: arguments,
                large: large,
                timeout: timeout
            )
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
