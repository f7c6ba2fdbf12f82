// The growing pause between two tries at a store that does not answer.

/// Pauses from a tenth of a second to five seconds, doubling, each a random half to whole.
package struct Backoff: Sendable {
    private static let first = 0.1
    private static let longest = 5.0

    private var failures = 0

    package init() {}

    package mutating func reset() {
        failures = 0
    }

    /// The next pause.
    package mutating func next() -> Duration {
        let full = min(Self.longest, Self.first * Double(1 << min(failures, 16)))
        failures += 1
        return .seconds(full * Double.random(in: 0.5...1))
    }
}
