// What a key is for, by its name.

import LeveeCore

/// A name after the prefix, read: `docs/redis-layout.md` has the table.
enum KeyName: Equatable {
    /// The hash, the payload or the result of a job.
    case job(id: String)
    /// A key of a queue, and the type it should have.
    case queue(name: String, type: String)
    case worker(id: String)
    /// A key that there is once, and the type it should have.
    case single(type: String)
    /// What an idempotency key stands for.
    case idempotency
    case delivery(id: String)
    /// What belongs to the lists of messages, and the type it should have.
    case message(type: String)
    case unknown

    /// What there is once; also where it is not there.
    static let singles = [
        "meta": "hash", "leases": "zset", "scheduled": "zset", "deadlines": "zset", "workers": "zset",
        "autoscaler": "hash", "upkeep": "hash", "outbox": "zset", "undelivered": "zset",
        "lists": "zset",
    ]

    private static let queueTypes = [
        "q": "list", "suspect": "list", "wake": "list", "recent": "list", "stats": "hash", "dead": "zset",
    ]

    init(_ name: String) {
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
            self = Self.singles[name].map { .single(type: $0) } ?? .unknown
            return
        }
        let (head, rest) = (parts[0], parts[1])
        switch head {
        case "j", "p", "r": self = .job(id: rest)
        case "worker": self = .worker(id: rest)
        case "idem": self = .idempotency
        case "o": self = .delivery(id: rest)
        case "m": self = .message(type: "string")
        case "list": self = .message(type: "zset")
        case "q":
            let isLine = [":0", ":1", ":2"].contains { rest.hasSuffix($0) } && LeveeCore.Name.isValid(rest.dropLast(2))
            self = isLine ? .queue(name: String(rest.dropLast(2)), type: "list") : .unknown
        default:
            guard let type = Self.queueTypes[head], LeveeCore.Name.isValid(rest) else {
                self = .unknown
                return
            }
            self = .queue(name: rest, type: type)
        }
    }
}
