// One queue in the section `queues` of the file.

import LeveeCore

extension QueueRules {
    /// The keys of a queue.
    static let keys = ["maxReady", "maxBytes", "maxExpectedWait", "concurrency"]

    /// Takes over what the file says of the queue.
    mutating func read(_ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return }
        section.read("maxReady", .integer(1...1_000_000_000), into: &maxReady)
        section.read("maxBytes", .size(1...(1 << 40)), into: &maxBytes)
        section.read("maxExpectedWait", .duration(.seconds(1)...(.seconds(604_800))), into: &maxExpectedWait)
        section.read("concurrency", .integer(1...1_000_000), into: &concurrency)
    }
}
