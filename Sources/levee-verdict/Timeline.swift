// Which processes were there when, and when they were whole.

import LeveeLedger

/// The life of one process.
struct Life {
    var name: String
    var pid: Int32
    var launched: Int64
    var ready: Int64?
    /// When it was told to end in its own time, and whether within its grace.
    var dismissed: (at: Int64, hasGrace: Bool)?
    /// When it was killed, or ended by itself.
    var ended: Int64
    /// Whether the injector killed it.
    var isKilled = false
    /// The status with which it ended; `nil` if it was killed.
    var status: Int32?

    /// Whether it is a worker that knows only HTTP: it is as good as the front ends it speaks to.
    var isOutside: Bool { name.hasPrefix("outside-") }

    /// Whether a claim is one of its.
    func holds(_ claim: Claim) -> Bool {
        claim.worker.hasPrefix("\(name)-") && launched <= claim.span.lowerBound && claim.span.lowerBound <= ended
    }
}

/// What the ledger of a run says of its processes. All times are in microseconds.
struct Timeline {
    /// The faults that Redis does not survive.
    private static let endsOfRedis: Set<String> = ["kill-redis", "tear-file"]
    private static let kills: Set<String> = ["kill-worker", "kill-frontend"]
    /// Those by which a worker is told to end.
    private static let dismissals: Set<String> = ["drain-worker", "retire-worker"]
    /// Those in which it answers nobody, or refuses everything.
    private static let silences: Set<String> = ["stop-redis", "busy-redis", "reload-redis"]
    /// Those in which its clock jumps, and back again.
    private static let jumps: Set<String> = ["clock-forward", "clock-back"]
    /// How long a process may take to be itself again after a fault of its network, or after it went on: its calls have
    /// deadlines, and it connects again with growing pauses.
    private static let recovery: Int64 = 5_000_000
    /// The same after a blackhole, in which the longest call of all may have begun.
    private static let longRecovery: Int64 = 12_000_000
    /// How long it takes at most until one of many processes has found Redis again.
    private static let firstRecovery: Int64 = 2_500_000
    /// How long it takes at most until a tick sees that the clock of Redis was set.
    private static let tick: Int64 = 1_500_000
    /// How long nobody may look before a tick leaves leases alone for a while.
    private static let gap: Int64 = 1_000_000

    /// How many of some faults kill front ends or workers.
    static func kills(in faults: [String: Int]) -> Int { kills.reduce(0) { $0 + (faults[$1] ?? 0) } }

    /// How many of some faults end Redis.
    static func endsOfRedis(in faults: [String: Int]) -> Int { endsOfRedis.reduce(0) { $0 + (faults[$1] ?? 0) } }

    private(set) var lives: [Life] = []
    /// When each process was under a fault, its recovery included.
    private(set) var troubles: [String: Spans] = [:]
    /// When Redis was away, silent, or had just lost all connections, the recovery of every process included.
    private(set) var outages = Spans()
    /// The same until the first process was back.
    private var firstOutages = Spans()
    /// From when to when the clock of Redis jumped, until somebody noticed.
    private var jumps = Spans()
    /// When Redis was full.
    private(set) var full = Spans()
    /// When some front end was not whole.
    private(set) var doorTroubles = Spans()
    /// When a worker was killed, or stopped; `until` is when it went on.
    private(set) var losses: [(name: String, at: Int64, until: Int64?)] = []

    init(_ run: [Entry]) {
        let end = (run.last?.at ?? 0) + 1
        var open: [String: Life] = [:]
        var away: Int64?
        var spans: [String: [Range<Int64>]] = [:]
        var begun: [String: Int64] = [:]
        var outages: [Range<Int64>] = []
        var jumps: [Range<Int64>] = []
        var full: [Range<Int64>] = []
        for entry in run {
            switch entry.event {
            case .launched(let name, let pid):
                open[name] = Life(name: name, pid: pid, launched: entry.at, ended: end)
            case .ready(let name, _):
                open[name]?.ready = entry.at
                if name == "redis", let since = away {
                    outages.append(since..<entry.at + Self.recovery)
                    away = nil
                }
            case .exited(let name, _, let status, _, _):
                guard var life = open.removeValue(forKey: name) else { continue }
                life.ended = min(life.ended, entry.at)
                life.status = status
                lives.append(life)
            case .fault(let kind, let target, _):
                switch kind {
                case let kind where Self.endsOfRedis.contains(kind): away = entry.at
                case let kind where Self.jumps.contains(kind): jumps.append(entry.at..<entry.at + Self.tick)
                case "kill-clients": outages.append(entry.at..<entry.at + Self.recovery)
                case let kind where Self.dismissals.contains(kind):
                    open[target]?.dismissed = (entry.at, kind == "drain-worker")
                case let kind where Self.kills.contains(kind):
                    open[target]?.ended = entry.at
                    open[target]?.isKilled = true
                    if kind == "kill-worker" { losses.append((target, entry.at, nil)) }
                default: begun["\(kind) \(target)"] = entry.at
                }
            case .healed(let kind, _) where Self.jumps.contains(kind):
                jumps.append(entry.at..<entry.at + Self.tick)
            case .healed(let kind, let target):
                guard let since = begun.removeValue(forKey: "\(kind) \(target)") else { continue }
                guard kind != "fill-redis" else {
                    full.append(since..<entry.at)
                    continue
                }
                guard !Self.silences.contains(kind) else {
                    outages.append(since..<entry.at + Self.recovery)
                    continue
                }
                let recovery = kind == "blackhole" ? Self.longRecovery : Self.recovery
                spans[target, default: []].append(since..<entry.at + recovery)
                if kind == "stop-worker" { losses.append((target, since, entry.at)) }
            default: continue
            }
        }
        lives += open.values
        if let away { outages.append(away..<end) }
        for (fault, since) in begun {
            spans[String(fault.split(separator: " ").last ?? ""), default: []].append(since..<end)
        }
        self.outages = Spans(outages)
        firstOutages = Spans(
            outages.map { $0.lowerBound..<max($0.lowerBound, $0.upperBound - Self.recovery + Self.firstRecovery) }
        )
        troubles = spans.mapValues { Spans($0) }
        self.jumps = Spans(jumps)
        self.full = Spans(full)
        let doors = Dictionary(grouping: lives.filter { $0.name.hasPrefix("frontend-") }, by: \.name)
        doorTroubles = doors.values.reduce(Spans()) { troubles, lives in
            let whole = lives.reduce(Spans()) { $0.union(self.whole($1)) }
            return troubles.union(Spans([0..<end]).subtracting(whole))
        }
    }

    /// When a process did what it is there for: ready, under no fault, Redis there, and for an outside worker all front ends.
    func sound(_ life: Life) -> Spans {
        let sound = whole(life).subtracting(outages)
        return life.isOutside ? sound.subtracting(doorTroubles) : sound
    }

    /// The same, and it takes jobs.
    func open(_ life: Life) -> Spans {
        let sound = sound(life)
        guard let leaves = life.dismissed?.at else { return sound }
        return sound.subtracting(Spans([leaves..<max(leaves, life.ended)]))
    }

    private func whole(_ life: Life) -> Spans {
        guard let ready = life.ready, ready < life.ended else { return Spans() }
        return Spans([ready..<life.ended]).subtracting(troubles[life.name] ?? Spans())
    }

    /// Whether something explains that a worker lost a job which it held over a time: it was not whole all that time and a
    /// little before, or Redis was away or its clock jumped.
    func explainsLoss(of worker: String, over span: Range<Int64>) -> Bool {
        guard
            let life = lives.first(where: {
                worker.hasPrefix("\($0.name)-") && $0.launched <= span.lowerBound && span.lowerBound <= $0.ended
            })
        else { return true }
        let begin = max(life.ready ?? .max, span.lowerBound - Self.tick)
        return begin > span.upperBound || !sound(life).subtracting(jumps).contains(begin, span.upperBound - 1)
    }

    /// When nobody looked after leases: Redis was away, its clock jumped, or no process was sound for a while.
    var unwatched: Spans {
        let whole = lives.filter { $0.name != "redis" && !$0.isOutside }.reduce(Spans()) { $0.union(self.whole($1)) }
        guard let first = whole.all.first, let last = whole.all.last else { return Spans() }
        let holes = Spans([first.lowerBound..<last.upperBound]).subtracting(whole)
        return firstOutages.union(jumps).union(Spans(holes.all.filter { $0.upperBound - $0.lowerBound > Self.gap }))
    }
}
