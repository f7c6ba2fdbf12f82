// All that a run has left, put in order.

import LeveeLedger

/// The ledgers and the dump of a run.
struct Evidence {
    var facts: RunFacts
    /// What happened to processes, in the order of time.
    var run: [Entry]
    var clients: [Entry]
    var handlers: [Entry]
    var dump: [DumpedKey]
    /// The jobs that Redis held.
    var jobs: [String: StoredJob]

    /// Reads the folder of a run.
    init(folder path: String) throws {
        let folder = RunFolder(path)
        try self.init(
            run: Ledger(path: folder.run).lines,
            clients: Ledger(path: folder.clients).lines,
            handlers: Ledger(path: folder.handlers).lines,
            dump: Ledger(path: folder.dump).lines
        )
    }

    /// Puts together what was read.
    init(run: [Entry], clients: [Entry], handlers: [Entry], dump: [DumpedKey]) throws {
        self.run = run
        self.clients = clients
        self.handlers = handlers
        self.dump = dump
        let facts = run.lazy.compactMap { entry in if case .began(let facts) = entry.event { facts } else { nil } }
            .first
        guard let facts else { throw LedgerFailure("the ledger of the run has no beginning") }
        self.facts = facts
        jobs = [:]
        let clock = RedisClock(run)
        for job in dump.lazy.compactMap({ StoredJob($0, clock: clock) }) { jobs[job.id] = job }
    }

    /// The accepted jobs, by id.
    var accepted: [String: Entry] {
        var accepted: [String: Entry] = [:]
        for entry in clients { if case .accepted(_, let id) = entry.event { accepted[id] = entry } }
        return accepted
    }

    /// What clients have read of each job, in the order in which the answers came.
    var observations: [String: [(received: Int64, seen: Observation)]] {
        var found: [String: [(received: Int64, seen: Observation)]] = [:]
        for entry in clients {
            if case .observed(let seen) = entry.event { found[seen.id, default: []].append((entry.at, seen)) }
        }
        return found
    }

    /// The results that clients have read, in the order in which the answers came.
    var fetches: [String: [(received: Int64, seen: Fetch)]] {
        var found: [String: [(received: Int64, seen: Fetch)]] = [:]
        for entry in clients {
            if case .fetched(let seen) = entry.event { found[seen.id, default: []].append((entry.at, seen)) }
        }
        return found
    }

    /// A line about the run as a whole.
    var summary: String {
        var faults: [String: Int] = [:]
        for entry in run { if case .fault(let kind, _, _) = entry.event { faults[kind, default: 0] += 1 } }
        let kills = (faults["kill-worker"] ?? 0) + (faults["kill-frontend"] ?? 0)
        let restarts = Timeline.endsOfRedis.reduce(0) { $0 + (faults[$1] ?? 0) }
        let all = faults.values.reduce(0, +)
        return "seed \(facts.seed): \(accepted.count) jobs accepted, \(all) faults, "
            + "of these \(kills) kills and \(restarts) restarts of Redis"
    }
}
