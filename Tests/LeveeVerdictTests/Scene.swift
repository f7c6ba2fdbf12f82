// A made-up run in which all went well, to be spoiled by tests.

import Foundation
import LeveeLedger

@testable import levee_verdict

/// The ledgers and the dump of a small run. Times are in milliseconds from its beginning.
struct Scene {
    static let beginning: Int64 = 1_700_000_000_000
    /// In milliseconds.
    static let hour: Int64 = 3_600_000

    /// The faults that were to come; those that came, unless it is set.
    var planned: [String: Int]?
    var duration = 60.0
    var run: [Entry] = []
    var clients: [Entry] = []
    var handlers: [Entry] = []
    var jobs: [String: Job] = [:]
    var keys: [DumpedKey] = []

    /// A job as it is to be found in Redis.
    struct Job {
        var label: String
        var log: [String]
        var fence: Int
        var resultFence: Int
        var life: Int64 = 1_000
        var stalls = 0
        /// Fields beside those that every job has.
        var more: [String: String] = [:]
        var state: String { String(log.last?.split(separator: " ")[1] ?? "") }
    }

    /// A run of two jobs: `a` runs on worker-1, which is killed; worker-2 takes it over. `b` just runs.
    init() {
        for (name, pid) in [("redis", 1), ("frontend-1", 2), ("worker-1", 3), ("worker-2", 4)] as [(String, Int32)] {
            add(to: \.run, 0, .launched(name: name, pid: pid))
            add(to: \.run, 1, .ready(name: name, pid: pid))
        }
        submit("a", "job-1", at: 1_000)
        submit("b", "job-2", at: 1_100)
        see("a", "running", version: 2, at: 1_200)
        add(to: \.handlers, 1_010, .started(id: "a", label: "job-1", fence: 1, attempt: 1, pid: 10))
        add(to: \.handlers, 1_110, .started(id: "b", label: "job-2", fence: 1, attempt: 1, pid: 11))
        add(to: \.handlers, 1_500, .ended(id: "b", fence: 1, digest: "d1"))
        add(to: \.run, 2_000, .fault(kind: "kill-worker", target: "worker-1", detail: ""))
        add(to: \.run, 2_001, .exited(name: "worker-1", pid: 3, status: nil, signal: 9, isWanted: true))
        add(to: \.handlers, 7_110, .started(id: "a", label: "job-1", fence: 2, attempt: 1, pid: 12))
        add(to: \.handlers, 7_400, .ended(id: "a", fence: 2, digest: "d2"))
        see("a", "succeeded", version: 5, at: 7_600)
        see("b", "succeeded", version: 3, at: 7_700)
        fetch("a", digest: "d2", fence: 2, at: 7_800)
        fetch("b", digest: "d1", fence: 1, at: 7_900)
        add(to: \.run, 8_000, .faultsEnded)
        add(to: \.run, 9_000, .drained)
        for (name, pid) in [("redis", 1), ("frontend-1", 2), ("worker-2", 4)] as [(String, Int32)] {
            add(to: \.run, 14_000, .idled(name: name, pid: pid, used: 20_000, over: 5_000_000))
            add(to: \.run, 14_100, .exited(name: name, pid: pid, status: 0, signal: nil, isWanted: true))
        }
        jobs["a"] = Job(
            label: "job-1",
            log: [
                Self.line(1, "queued", 1_000, "submit"), Self.line(2, "running", 1_005, "claim 1 worker-1-x"),
                Self.line(3, "queued", 7_100, "lost worker-1-x"), Self.line(4, "running", 7_105, "claim 2 worker-2-y"),
                Self.line(5, "succeeded", 7_500, "finish"),
            ],
            fence: 2,
            resultFence: 2
        )
        jobs["b"] = Job(
            label: "job-2",
            log: [
                Self.line(1, "queued", 1_100, "submit"), Self.line(2, "running", 1_105, "claim 1 worker-2-y"),
                Self.line(3, "succeeded", 1_550, "finish"),
            ],
            fence: 1,
            resultFence: 1
        )
        keys = [
            key("meta", "hash", ["layout", "2"]),
            key("recent:light", "list", ["a", "b"]),
            key(
                "stats:light",
                "hash",
                Self.stored(["submitted": 2, "succeeded": 2, "in:1": 3, "out:1": 3])
            ),
        ]
    }

    /// A line of a log.
    static func line(_ version: Int, _ state: String, _ at: Int64, _ cause: String) -> String {
        "\(version) \(state) \(beginning + at) \(cause)"
    }

    func key(_ name: String, _ type: String, _ values: [String], life: Int64 = -1) -> DumpedKey {
        DumpedKey(key: "levee:{00}:\(name)", type: type, life: life, values: values)
    }

    mutating func add(to ledger: WritableKeyPath<Scene, [Entry]>, _ at: Int64, _ event: Event) {
        self[keyPath: ledger].append(Entry(at: (Self.beginning + at) * 1_000, event))
    }

    mutating func submit(_ id: String, _ label: String, at time: Int64, _ terms: JobTerms = JobTerms(type: "quick")) {
        add(to: \.clients, time, .submitting(label: label, terms: terms))
        accept(id, label, at: time + 10, sent: time)
    }

    mutating func accept(_ id: String, _ label: String, at time: Int64, sent: Int64) {
        add(to: \.clients, time, .accepted(label: label, id: id, sent: (Self.beginning + sent) * 1_000))
    }

    /// Changes what was asked of a job.
    mutating func setTerms(of label: String, _ change: (inout JobTerms) -> Void) {
        for index in clients.indices {
            guard case .submitting(label, var terms) = clients[index].event else { continue }
            change(&terms)
            clients[index].event = .submitting(label: label, terms: terms)
        }
    }

    /// Has a front end turn a request away.
    mutating func deny(
        _ request: String = "POST /jobs",
        _ label: String? = nil,
        status: Int = 503,
        retryAfter: String? = "5",
        problem: String? = "store-unavailable",
        at time: Int64
    ) {
        let denial = Denial(
            request: request,
            label: label,
            door: "frontend-1",
            sent: (Self.beginning + time - 5) * 1_000,
            status: status,
            retryAfter: retryAfter,
            problem: problem
        )
        add(to: \.clients, time, .denied(denial))
    }

    /// Has a client see a state, as a monitor does.
    mutating func see(_ id: String, _ state: String?, version: Int?, at time: Int64, for duration: Int64 = 5) {
        let seen = Observation(
            id: id,
            door: "frontend-1/operations",
            sent: (Self.beginning + time - duration) * 1_000,
            status: state == nil ? 410 : 200,
            state: state,
            version: version
        )
        add(to: \.clients, time, .observed(seen))
    }

    mutating func fetch(_ id: String, digest: String, fence: Int?, at time: Int64) {
        let sent = (Self.beginning + time - 5) * 1_000
        let fetch = Fetch(
            id: id,
            door: "frontend-1/resources",
            sent: sent,
            status: fence == nil ? 404 : 200,
            digest: digest,
            fence: fence
        )
        add(to: \.clients, time, .fetched(fetch))
    }

    /// Has the clock of Redis be off for a while, and all logs say what it told.
    mutating func setClock(from begin: Int64, to end: Int64, ahead: Int64) {
        let kind = ahead > 0 ? "clock-forward" : "clock-back"
        add(to: \.run, begin, .fault(kind: kind, target: "redis", detail: ""))
        add(to: \.run, begin, .clockSet(ahead: ahead))
        add(to: \.run, end, .clockSet(ahead: 0))
        add(to: \.run, end, .healed(kind: kind, target: "redis"))
        func told(_ line: String) -> String {
            var words = line.split(separator: " ").map(String.init)
            let time = (Int64(words[2]) ?? 0) - Self.beginning
            if (begin..<end).contains(time) { words[2] = "\(Self.beginning + time + ahead)" }
            return words.joined(separator: " ")
        }
        for (id, job) in jobs { jobs[id]?.log = job.log.map(told) }
    }

    /// Has Redis be full for a while, and refuse something.
    mutating func fill(from begin: Int64, to end: Int64) {
        deny("POST /jobs", "job-f", at: begin + 10)
        add(to: \.run, begin, .fault(kind: "fill-redis", target: "redis", detail: ""))
        add(to: \.run, end, .healed(kind: "fill-redis", target: "redis"))
    }

    /// Changes a figure of the queue.
    mutating func set(_ figure: String, _ value: Int) {
        guard let index = keys.firstIndex(where: { $0.name == "stats:light" }) else { return }
        var figures = keys[index].figures
        figures[figure] = value
        keys[index].values = Self.stored(figures)
    }

    /// Figures as the hash of a queue has them.
    private static func stored(_ figures: [String: Int]) -> [String] {
        let levels = DumpedKey.levels.map { "\(figures[$0] ?? 0)" }.joined(separator: " ")
        let others = figures.filter { !DumpedKey.levels.contains($0.key) }
        return ["figures", levels] + others.flatMap { [$0.key, "\($0.value)"] }
    }

    /// What the checker is given.
    var evidence: Evidence {
        get throws {
            var came: [String: Int] = [:]
            for entry in run {
                switch entry.event {
                case .fault(let kind, _, _), .skipped(let kind, _): came[kind, default: 0] += 1
                default: continue
                }
            }
            let facts = RunFacts(
                seed: 1,
                duration: duration,
                planned: planned ?? came,
                slots: 4,
                lease: 5_000,
                wakeTimeout: 6_000,
                grace: 5_000,
                attempts: 4
            )
            let began = Entry(at: Self.beginning * 1_000, .began(facts))
            let dumped = jobs.map { id, job in
                let last = job.log.last?.split(separator: " ") ?? []
                return key(
                    "j:\(id)",
                    "hash",
                    [
                        "s", "\(last[1]) \(last[0]) \(last[2]) \(job.fence) 0 1 w 0 \(job.stalls) 1 0 0",
                        "f", "quick light 1 0 5 0\napplication/json",
                        "b", "{\"label\":\"\(job.label)\"}", "r", "{\"fence\":\(job.resultFence)}",
                        "h", job.log.joined(separator: "\n"),
                    ] + job.more.flatMap { [$0.key, $0.value] },
                    life: job.life
                )
            }
            return try Evidence(
                run: [began] + run.sorted { $0.at < $1.at },
                clients: clients.sorted { $0.at < $1.at },
                handlers: handlers,
                dump: keys + dumped
            )
        }
    }

    /// The invariants that do not hold.
    var broken: [String] {
        get throws { Verdict.all(on: try evidence).filter { !$0.holds }.map(\.invariant) }
    }
}
