// Something that the doctor looks at, as the scripts take it and answer for it.

import LeveeCore
import LeveeRedis

/// A subject of the scripts `examine` and `repair`.
struct Suspect: Hashable {
    enum Kind: String { case job, queue, worker, delivery, key, meta }

    let kind: Kind
    let name: String
    /// What the script has to know besides; `examine.lua` says what for each kind.
    let hint: [UInt8]

    init(_ kind: Kind, _ name: String, hint: String = "") {
        self.init(kind, name, hint: Array(hint.utf8))
    }

    init(_ kind: Kind, _ name: String, hint: [UInt8]) {
        self.kind = kind
        self.name = name
        self.hint = hint
    }

    var arguments: [[UInt8]] { [Array(kind.rawValue.utf8), Array(name.utf8), hint] }

    /// What a finding says it is about.
    func subject(_ keys: Keys) -> Finding.Subject {
        switch kind {
        case .job: .job(name)
        case .queue: .queue(name)
        case .worker: .worker(name)
        case .delivery: .key(keys.prefix + "o:" + name)
        case .key: .key(keys.prefix + name)
        case .meta: .key(keys.prefix + "meta")
        }
    }
}

/// One thing that is wrong, as the scripts say it.
struct Problem: Hashable {
    let code: Finding.Code
    let detail: String

    /// Reads the problems of one subject.
    static func list(_ reply: RESPValue) throws(StoreError) -> [Problem] {
        var problems: [Problem] = []
        for value in reply.array ?? [] {
            guard let parts = value.array, parts.count == 2, let detail = parts[1].string,
                let code = parts[0].string.flatMap(Finding.Code.init)
            else { throw .unexpectedReply("an examination answered \(reply)") }
            problems.append(Problem(code: code, detail: detail))
        }
        return problems
    }
}

/// What `examine` answers for one subject.
struct Look {
    let problems: [Problem]
    /// The state of a job, by its token; empty if nothing is left of it.
    let state: String
    let queue: String
    /// The list that a queued job should lie in, without the prefix.
    let line: String
    let isUncounted: Bool

    init(_ reply: RESPValue) throws(StoreError) {
        guard let parts = reply.array, parts.count == 5, let state = parts[1].string, let queue = parts[2].string,
            let line = parts[3].string, let flag = parts[4].int
        else { throw .unexpectedReply("examine answered \(reply)") }
        problems = try Problem.list(parts[0])
        self.state = state
        self.queue = queue
        self.line = line
        isUncounted = flag == 1
    }
}
