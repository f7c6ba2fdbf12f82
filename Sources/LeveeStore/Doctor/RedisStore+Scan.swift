// Reading through everything a little at a time, while others go on writing.

import LeveeCore
import LeveeRedis

extension RedisStore {
    /// How many entries are read by one command.
    private static let page = 500

    /// Goes through the names of all keys, without the prefix; one that is there throughout is met once at least.
    func scanKeys(_ body: ([String]) -> Void) async throws(StoreError) {
        try await scan({ RedisCommand("SCAN", $0, "MATCH", "\(keys.prefix)*", "COUNT", Self.page) }) { names in
            body(names.map { String($0.dropFirst(keys.prefix.count)) })
        }
    }

    /// Goes through the members of a sorted set, named without the prefix.
    func scanMembers(of name: String, _ body: ([String]) -> Void) async throws(StoreError) {
        try await scan({ RedisCommand("ZSCAN", keys.prefix + name, $0, "COUNT", Self.page) }) { entries in
            body(stride(from: 0, to: entries.count, by: 2).map { entries[$0] })
        }
    }

    private func scan(_ command: (String) -> RedisCommand, _ body: ([String]) -> Void) async throws(StoreError) {
        var cursor = "0"
        repeat {
            let reply = try await send(command(cursor))
            guard let parts = reply.array, parts.count == 2, let next = parts[0].string, let entries = parts[1].array
            else { throw .unexpectedReply("a scan answered \(reply)") }
            cursor = next
            body(entries.compactMap(\.string))
        } while cursor != "0"
    }

    /// Goes through a list, named without the prefix, from its left end. New entries come in there and push the others
    /// on, so that a page may begin with entries of the page before: they are left out.
    func scanEntries(of name: String, _ body: (ArraySlice<String>) -> Void) async throws(StoreError) {
        var start = 0
        var last: String?
        while true {
            let reply = try await send(
                RedisCommand("LRANGE", keys.prefix + name, start, start + Self.page - 1)
            )
            let entries = reply.array?.compactMap(\.string) ?? []
            let known = last.flatMap { entries.lastIndex(of: $0) }.map { $0 + 1 } ?? 0
            body(entries[known...])
            guard entries.count == Self.page else { return }
            last = entries.last
            start += Self.page
        }
    }
}
