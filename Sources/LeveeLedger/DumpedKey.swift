// A key of Redis as it was at the end of a run.

/// One line of a dump: a key with its type, its life and what it holds.
package struct DumpedKey: Codable, Equatable, Sendable {
    package var key: String
    /// The type, as `TYPE` answers it: `string`, `hash`, `list` or `zset`.
    package var type: String
    /// How long it lives yet, in milliseconds; -1 for ever.
    package var life: Int64
    /// The elements in their order: of a hash field and value, of a sorted set member and score in turn.
    package var values: [String]

    package init(key: String, type: String, life: Int64, values: [String]) {
        self.key = key
        self.type = type
        self.life = life
        self.values = values
    }
}
