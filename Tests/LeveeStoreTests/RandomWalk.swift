// A random sequence of operations, done on two stores at once.

import LeveeCore
import LeveeTestSupport
import LeveeTesting
import Synchronization

/// Collects transitions from several runs.
final class Found: Sendable {
    private let transitions = Mutex<Set<JobTransition>>([])

    var all: Set<JobTransition> { transitions.withLock { $0 } }

    func add(_ more: Set<JobTransition>) { transitions.withLock { $0.formUnion(more) } }
}

/// The walk: what it knows is only what a front end and some workers would know.
struct RandomWalk {
    /// How far ahead of Redis a walk begins: by more than its clock goes back, since keys live by that of Redis.
    static let ahead = Duration.seconds(10_000)

    /// The secret of the store whose ids it draws: else the doctor would take them for foreign.
    static let secret = "\u{1}"

    static let queues = ["default", "other"]
    static let tenants = [Tenant.standard, Tenant("red")]
    static let keys = (1...4).compactMap { IdempotencyKey("key \($0)") }
    static let heads = [
        RequestHead(fields: [HeaderField("Idempotency-Key", "k")]),
        RequestHead(line: .init(method: "GET", target: "/films?id=7"), fields: []),
        RequestHead(
            line: .init(method: "PUT", target: "/"),
            fields: [HeaderField("Accept", "a: b"), HeaderField("X", "")]
        ),
    ]
    static let traces = ["", "vendor=a b/c,other@x=1"].compactMap { state in
        TraceContext(traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", tracestate: state)
    }
    static let types = ["echo", "square", "sleep"]

    var generator: SeededGenerator
    let left: AnyStore
    let right: AnyStore
    let ids = JobIDAuthority(secret: Array(secret.utf8))
    var jobs: [JobID] = []
    var sizes: [JobID: Int] = [:]
    var histories: [JobID: [HistoryEntry]] = [:]
    /// The workers that live. One that dies is followed by one of another name.
    var workers = ["w1", "w2", "w3"]
    var deaths = 0
    /// What workers know that they hold.
    var held: [(worker: String, lease: Lease)] = []
    var settled: [Settlement] = []
    /// What couriers know that they have taken.
    var taken: [LeasedDelivery] = []
    var mismatch: String?
    /// What the last step did, for the message of a failure.
    var last = ""

    init(seed: UInt64, left: AnyStore, right: AnyStore) {
        generator = SeededGenerator(seed: seed)
        self.left = left
        self.right = right
    }

    /// How long to let time stand still no more before the next step, if at all.
    mutating func pause() -> Duration? {
        switch Int.random(in: 0..<21, using: &generator) {
        case 0..<8: .milliseconds(Int.random(in: 1...900, using: &generator))
        case 8..<10: .milliseconds(Int.random(in: 1_000...4_000, using: &generator))
        case 10: .seconds(isOne(in: 5) ? 1_000 : 12)
        // Somebody has set the clock back.
        case 11: .milliseconds(-Int.random(in: 1...(isOne(in: 5) ? 1_000_000 : 4_000), using: &generator))
        default: nil
        }
    }

    mutating func isOne(in count: Int) -> Bool { Int.random(in: 0..<count, using: &generator) == 0 }

    mutating func step() async throws {
        switch Int.random(in: 0..<125, using: &generator) {
        case 0..<24: try await submit()
        case 24..<44: try await claim()
        case 44..<62: try await settle()
        case 62..<70: try await beat()
        case 70..<74: try await release()
        case 74..<80: try await cancel()
        case 80..<82: try await remove()
        case 82..<85: try await pauseQueue()
        case 85..<87: die()
        case 100..<103: try await scale()
        case 103: try await leave()
        case 104..<107: try await retry()
        case 107: try await list()
        case 108: try await purge()
        case 109..<112: try await browse()
        case 112: try await empty()
        case 113..<117: try await takeDeliveries()
        case 117..<122: try await settleDelivery()
        case 122: try await lookAfterUndelivered()
        case 123, 124: try await readMessages()
        default: try await tick()
        }
    }

    /// Does something on both stores; what they answer has to be the same.
    mutating func compare<Reply: Equatable & Sendable>(
        _ name: String,
        _ operation: @Sendable (AnyStore) async throws -> Reply
    ) async throws -> Reply {
        last = name
        let (first, second) = (try await operation(left), try await operation(right))
        if first != second { mismatch = "\(name) answered \(first), the model \(second)" }
        return first
    }
}
