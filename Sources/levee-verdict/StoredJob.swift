// A job as Redis held it at the end, with its log.

import Foundation
import LeveeLedger

/// A line of a job's log.
struct Change: Equatable {
    var version: Int
    var state: String
    /// Milliseconds since 1970, by the clock of Redis: what clients are told.
    var stamp: Int64
    /// When that was; in milliseconds since 1970.
    var at: Int64
    var cause: String
    var note: String

    /// Reads `version state milliseconds cause[ note]`.
    init?(_ line: Substring, clock: RedisClock) {
        let parts = line.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count >= 4, let version = Int(parts[0]), let stamp = Int64(parts[2]) else { return nil }
        self.version = version
        state = String(parts[1])
        self.stamp = stamp
        at = clock.real(stamp)
        cause = String(parts[3])
        note = parts.count == 5 ? String(parts[4]) : ""
    }

    /// The fence and the worker of a claim.
    var claim: (fence: Int, worker: String)? {
        let parts = note.split(separator: " ")
        guard cause == "claim", parts.count == 2, let fence = Int(parts[0]) else { return nil }
        return (fence, String(parts[1]))
    }

    var isEnd: Bool { StoredJob.endings.contains(state) }

    var text: String {
        let jump = stamp == at ? "" : " (really \(at))"
        return "\(version) \(state) \(stamp)\(jump) \(cause)\(note.isEmpty ? "" : " \(note)")"
    }
}

/// The hold of a worker on a job; times in milliseconds since 1970.
struct Claim {
    /// After how many losses a job may be run alone.
    static let suspectAfter = 2
    /// After how many it may be run no more.
    static let poisonAfter = 5

    var fence: Int
    var worker: String
    var from: Int64
    /// When it ended; `nil` if it never did.
    var to: Int64?
    /// How often the job had lost its worker before.
    var losses: Int
    /// What ended it.
    var cause: String?

    /// From when to when it held, in microseconds.
    var span: Range<Int64> { from * 1_000..<max(from * 1_000, to.map { $0 * 1_000 } ?? .max) }
}

/// A job's hash.
struct StoredJob {
    static let endings: Set<String> = ["succeeded", "failed", "canceled"]

    var id: String
    var fields: [String: String]
    /// The words of `s`: how it stands.
    var standing: [Substring]
    /// The words of the first line of `f`: its facts.
    var facts: [Substring]
    var log: [Change]

    init?(_ key: DumpedKey, clock: RedisClock) {
        guard let mark = key.key.range(of: "}:j:") else { return nil }
        id = String(key.key[mark.upperBound...])
        fields = key.fields
        standing = (fields["s"] ?? "").split(separator: " ")
        facts = (fields["f"] ?? "").prefix { $0 != "\n" }.split(separator: " ")
        let lines = fields["h"].map { $0.split(separator: "\n") } ?? []
        log = lines.compactMap { Change($0, clock: clock) }
        let updated = standing.dropFirst(2).first ?? ""
        if log.isEmpty, let first = Change("1 \(state) \(updated) submit", clock: clock) { log = [first] }
    }

    var state: String { standing.first.map(String.init) ?? "" }
    var version: Int { number(1) }
    var fence: Int { number(3) }
    /// How often it counts as having lost its worker.
    var stalls: Int { number(8) }
    var queue: String { facts.dropFirst().first.map(String.init) ?? "" }
    /// The failed job it was made of.
    var madeOf: String? { fields["o"] }
    /// The job that was made of it.
    var madeAgain: String? { fields["re"] }
    var isEnded: Bool { Self.endings.contains(state) }

    /// The label its client gave it, where the payload lies in the hash.
    var label: String? {
        fields["b"].flatMap { try? JSONDecoder().decode(Label.self, from: Data($0.utf8)).label }
    }

    /// The fence that its result names, where that lies in the hash.
    var resultFence: Int? {
        fields["r"].flatMap { try? JSONDecoder().decode(Label.self, from: Data($0.utf8)).fence }
    }

    private func number(_ index: Int) -> Int { standing.dropFirst(index).first.flatMap { Int($0) } ?? 0 }

    private struct Label: Decodable {
        var label: String?
        var fence: Int?
    }

    /// The claims, with the time of each and of what ended it.
    var claims: [Claim] {
        log.indices.compactMap { index in
            guard let claim = log[index].claim else { return nil }
            let end = log[index...].first { $0.state != "running" }
            let losses = log[..<index].count { $0.cause == "lost" }
            return Claim(
                fence: claim.fence,
                worker: claim.worker,
                from: log[index].at,
                to: end?.at,
                losses: losses,
                cause: end?.cause
            )
        }
    }

    /// The log in one line.
    var story: String { log.map(\.text).joined(separator: "; ") }

    func count(ofCause cause: String) -> Int { log.count { $0.cause == cause } }
}

extension DumpedKey {
    /// A hash by its fields, a sorted set by its members.
    var fields: [String: String] {
        var fields: [String: String] = [:]
        for index in stride(from: 0, to: values.count - 1, by: 2) { fields[values[index]] = values[index + 1] }
        return fields
    }

    /// The levels and counters of a queue, in the order in which they are stored.
    static let levels =
        ["running", "scheduled", "suspect", "bytes", "submitted", "succeeded", "failed", "canceled", "paused", "opens"]
        + (0...2).flatMap { priority in ["in", "out", "stale", "taken"].map { "\($0):\(priority)" } }

    /// The figures of a queue by their names.
    var figures: [String: Int] {
        var figures = fields.compactMapValues { Int($0) }
        let words = (fields["figures"] ?? "").split(separator: " ")
        for (name, word) in zip(Self.levels, words) { figures[name] = Int(word) ?? 0 }
        return figures
    }

    /// The key without what all keys begin with.
    var name: String { key.range(of: "}:").map { String(key[$0.upperBound...]) } ?? key }
}
