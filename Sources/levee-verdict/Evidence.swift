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

    /// The accepted jobs, by id; those that were made of failed ones among them.
    var accepted: [String: Entry] {
        var accepted: [String: Entry] = [:]
        for entry in clients {
            switch entry.event {
            case .accepted(_, let id, _), .retried(_, let id): accepted[id] = accepted[id] ?? entry
            default: continue
            }
        }
        return accepted
    }

    /// What was asked of the jobs that clients were about to submit, by label.
    var submitted: [String: JobTerms] {
        var submitted: [String: JobTerms] = [:]
        for entry in clients { if case .submitting(let label, let terms) = entry.event { submitted[label] = terms } }
        return submitted
    }

    /// The labels of jobs, by id: as their payloads, their clients or their handlers say.
    var labels: [String: String] {
        var labels: [String: String] = [:]
        for entry in handlers { if case .started(let id, let label, _, _, _) = entry.event { labels[id] = label } }
        for entry in clients { if case .accepted(let label, let id, _) = entry.event { labels[id] = label } }
        for job in jobs.values { if let label = job.label { labels[job.id] = label } }
        for job in jobs.values where labels[job.id] == nil { labels[job.id] = job.madeOf.flatMap { labels[$0] } }
        return labels
    }

    /// How attempts ended by the word of their handlers, by job and fence: the digest of a result, or `nil` for none.
    var endings: [String: [Int: (at: Int64, digest: String?)]] {
        var endings: [String: [Int: (at: Int64, digest: String?)]] = [:]
        for entry in handlers {
            if case .ended(let id, let fence, let digest) = entry.event {
                endings[id, default: [:]][fence] = (entry.at, digest)
            }
        }
        return endings
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

    /// How often each kind of fault was done.
    var done: [String: Int] {
        var done: [String: Int] = [:]
        for entry in run { if case .fault(let kind, _, _) = entry.event { done[kind, default: 0] += 1 } }
        return done
    }

    /// A line about the run as a whole.
    var summary: String {
        let done = done
        let all = done.values.reduce(0, +)
        return "seed \(facts.seed): \(accepted.count) jobs accepted, \(all) faults, of these "
            + "\(Timeline.kills(in: done)) kills and \(Timeline.endsOfRedis(in: done)) restarts of Redis"
    }
}
