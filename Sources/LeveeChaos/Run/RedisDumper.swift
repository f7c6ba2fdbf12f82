// Writes down all that is in Redis.

import LeveeLedger
import LeveeRedis

/// Dumps a Redis in which nothing changes any more.
struct RedisDumper: Sendable {
    let client: RedisClient

    /// Writes a line for each key.
    func dump(to path: String) async throws {
        let ledger = try LedgerWriter(path: path)
        var cursor = "0"
        repeat {
            let reply = try await client.send(RedisCommand("SCAN", cursor, "COUNT", 500)).array ?? []
            guard reply.count == 2, let next = reply[0].string else { throw ChaosFailure("SCAN answered \(reply)") }
            cursor = next
            for key in reply[1].array?.compactMap(\.string) ?? [] { try await dump(key, to: ledger) }
        } while cursor != "0"
    }

    private func dump(_ key: String, to ledger: LedgerWriter) async throws {
        let type = try await client.send(RedisCommand("TYPE", key)).string ?? ""
        let life = try await client.send(RedisCommand("PTTL", key)).int ?? 0
        let command: RedisCommand =
            switch type {
            case "string": RedisCommand("STRLEN", key)
            case "hash": RedisCommand("HGETALL", key)
            case "list": RedisCommand("LRANGE", key, 0, -1)
            case "zset": RedisCommand("ZRANGE", key, 0, -1, "WITHSCORES")
            default: throw ChaosFailure("key \(key) is a \(type)")
            }
        let reply = try await client.send(command)
        let values = reply.array?.map(Self.text) ?? [Self.text(reply)]
        try ledger.write(line: DumpedKey(key: key, type: type, life: Int64(life), values: values))
    }

    private static func text(_ value: RESPValue) -> String {
        value.string ?? value.int.map { "\($0)" } ?? ""
    }
}
