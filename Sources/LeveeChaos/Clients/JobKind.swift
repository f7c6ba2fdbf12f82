// The kinds of jobs that a run submits.

/// A type of job.
enum JobKind: String, CaseIterable, Codable, Sendable {
    /// Done at once.
    case quick
    /// Takes seconds: long enough to lose its worker.
    case slow
    /// Takes so long that it still runs elsewhere when a worker comes back that slept past its lease.
    case long
    /// Fails some of its attempts.
    case flaky
    /// Puts itself off, once.
    case shy
    /// Has a payload and a result that get keys of their own.
    case large

    /// The queue it waits in.
    var queue: String { self == .slow || self == .long ? "heavy" : "light" }

    /// How long an attempt takes, in milliseconds.
    private var milliseconds: ClosedRange<Int> {
        switch self {
        case .quick: 0...150
        case .slow: 1_000...4_000
        case .long: 6_000...12_000
        case .flaky, .shy, .large: 0...500
        }
    }

    /// Draws a kind: half of them are quick.
    static func random(using generator: inout some RandomNumberGenerator) -> JobKind {
        switch Int.random(in: 0..<100, using: &generator) {
        case ..<50: .quick
        case ..<60: .slow
        case ..<70: .long
        case ..<85: .flaky
        case ..<90: .shy
        default: .large
        }
    }

    /// Draws what a job of this kind is to do.
    func order(label: String, using generator: inout some RandomNumberGenerator) -> JobOrder {
        JobOrder(
            label: label,
            kind: self,
            milliseconds: Int.random(in: milliseconds, using: &generator),
            failures: self == .flaky ? Int.random(in: 0...5, using: &generator) : 0,
            filling: String(
                repeating: "x",
                count: self == .large ? Int.random(in: 70_000...120_000, using: &generator) : 0
            )
        )
    }
}

/// The payload of a job: what its handler is to do.
struct JobOrder: Codable, Sendable {
    /// The name the client gave it.
    var label: String
    var kind: JobKind
    var milliseconds: Int
    /// How many of its attempts fail.
    var failures: Int
    /// Makes the payload large, and the result as well.
    var filling: String
}

/// The result of a job: which attempt it is from.
struct JobReceipt: Codable, Sendable {
    var id: String
    var label: String
    var fence: Int
    var attempt: Int
    var filling: String
}
