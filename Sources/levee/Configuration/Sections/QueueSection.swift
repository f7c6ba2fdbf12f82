// One queue in the section `queues` of the file.

import LeveeCore

extension QueueRules {
    /// The keys of a queue.
    static let keys = ["maxReady", "maxBytes", "maxExpectedWait", "concurrency", "rate"]

    /// Takes over what the file says of the queue.
    mutating func read(_ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return }
        section.read("maxReady", .integer(1...1_000_000_000), into: &maxReady)
        section.read("maxBytes", .size(1...(1 << 40)), into: &maxBytes)
        section.read("maxExpectedWait", .duration(.seconds(1)...(.seconds(604_800))), into: &maxExpectedWait)
        section.read("concurrency", .integer(1...1_000_000), into: &concurrency)
        section.read("rate", .rate, into: &rate)
    }
}

extension ValueFormat<StartRate> {
    /// How many jobs may start in a time.
    static let rate = ValueFormat(
        expectation: "how many jobs may start in a second, a minute or an hour, such as 10/s, 90/m or 500/h; "
            + "\(StartRate.fastest)/s at most",
        parse: StartRate.init
    )
}
