// What a load test does: where, what, how much, how fast, and when it ends.

/// A load test. Whatever it says, it is bounded in count and in time.
public struct LoadPlan: Sendable {
    /// How long a client asks a front end to hold its answer, in seconds: less than proxies bear, as a rule.
    static let longestWait = 30
    /// The most connections at once in an open loop where each request under way has one; later requests wait their turn.
    static let mostArrivals = 10_000

    /// The front ends. Jobs are submitted to them in turn, and a job is polled at another one than it was submitted to.
    public var targets: [LoadTarget]
    /// The admin door that is asked for queues and workers, once a second; `nil` if none is.
    public var adminDoor: LoadTarget?
    /// The API key that goes with every request, to the admin door too; `nil` where they ask for none.
    public var apiKey: String?
    /// What kinds of jobs there are; which one a job is of is drawn from ``seed``, each kind as often as another.
    public var kinds: [LoadKind]
    /// When they are due.
    public var pacing: Pacing
    /// How many there are at most.
    public var jobs: Int
    /// How long it may take; what has not ended by then is reported as unfinished.
    public var timeLimit: Duration
    /// How clients learn that a job has ended.
    public var mode: DeliveryMode
    /// Ids of jobs that exist: clients submit nothing then, and fetch nothing, but each looks on until one of these has ended.
    public var watched: [String]
    /// Whether clients follow their jobs to the end; a job is done with otherwise when a front end has taken it.
    public var follows: Bool
    /// Whether a client whose submit is refused comes back when it was told to; it gives the job up otherwise.
    public var returnsAfterRefusal: Bool
    /// Whether a client cancels its job as soon as it was accepted.
    public var cancels: Bool
    /// When they ask again.
    public var pollInterval: PollInterval
    /// Which connections they use.
    public var connections: ConnectionSharing
    /// How long one answer may take, to the second.
    public var requestTimeout: Duration
    /// The history of one job in so many is read for its times in the line and in service; 0 for none.
    public var historySampling: Int
    /// Whether targets may lie on other machines.
    public var allowsRemote: Bool
    /// What arrivals and kinds are drawn from: the same seed, the same jobs.
    public var seed: UInt64

    /// Creates a plan: 1 client, 100 jobs, at most five minutes, on this machine.
    ///
    /// - Parameters:
    ///   - targets: The front ends.
    ///   - kinds: What kinds of jobs there are.
    public init(targets: [LoadTarget], kinds: [LoadKind]) {
        self.targets = targets
        self.kinds = kinds
        pacing = .closedLoop(clients: 1)
        jobs = 100
        timeLimit = .seconds(300)
        mode = .poll
        watched = []
        follows = true
        returnsAfterRefusal = true
        cancels = false
        pollInterval = .retryAfter
        connections = .pooled(limit: 512)
        requestTimeout = .seconds(30)
        historySampling = 10
        allowsRemote = false
        seed = 1
    }

    /// Finds what is wrong with the plan before anything is sent.
    ///
    /// - Throws: The first thing that is wrong.
    public func validate() throws(LoadPlanError) {
        guard !targets.isEmpty else { throw .noTarget }
        let doors = targets + (adminDoor.map { [$0] } ?? [])
        if !allowsRemote, let remote = doors.first(where: { !$0.isLoopback }) { throw .notLoopback(remote.host) }
        guard !kinds.isEmpty else { throw .invalidType("") }
        for kind in kinds {
            guard !kind.type.isEmpty, kind.type.utf8.allSatisfy(Self.isNameByte) else { throw .invalidType(kind.type) }
            let mediaType = kind.payload.mediaType
            guard !mediaType.isEmpty, mediaType.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                throw .invalidMediaType(mediaType)
            }
        }
        if let id = watched.first(where: { $0.isEmpty || !$0.utf8.allSatisfy(Self.isNameByte) }) {
            throw .invalidID(id)
        }
        guard apiKey?.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) ?? true else { throw .invalidKey }
        try check("The number of jobs", jobs, within: 1...100_000_000)
        try check("The time limit in seconds", timeLimit.inSeconds, within: 1...604_800)
        try check("The timeout of a request in seconds", requestTimeout.inSeconds, within: 1...3_600)
        try check("The sampling of histories", historySampling, within: 0...1_000_000)
        if case .fixed(let interval) = pollInterval {
            try check("The poll interval in seconds", interval.inSeconds, within: 0...3_600)
        }
        if case .pooled(let limit) = connections {
            try check("The number of connections", limit, within: 1...60_000)
        }
        switch pacing {
        case .closedLoop(let clients):
            try check("The number of clients", clients, within: 1...1_000_000)
        case .openLoop(.poisson(let rate)):
            try check("The rate in jobs per second", rate, within: 0.001...1_000_000)
        case .openLoop(.steps(let steps)):
            try check("The number of steps", steps.count, within: 1...10_000)
            for step in steps {
                try check("The rate of a step in jobs per second", step.rate, within: 0...1_000_000)
                try check("The length of a step in seconds", step.seconds, within: 0.001...604_800)
            }
        }
    }

    private func check<Value: Comparable>(
        _ name: String,
        _ value: Value,
        within range: ClosedRange<Value>
    ) throws(LoadPlanError) {
        guard range.contains(value) else {
            throw .outOfRange(name, given: "\(value)", expected: "\(range.lowerBound) to \(range.upperBound)")
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Which of ``kinds`` a job is of, by its number.
    func kind(ofJob number: Int) -> Int {
        guard kinds.count > 1 else { return 0 }
        var generator = SplitMix64(seed: seed &+ UInt64(number))
        return Int.random(in: kinds.indices, using: &generator)
    }

    /// How many connections it may have open at once.
    var mostConnections: Int { mostConnectionsOfLoad + (adminDoor == nil ? 0 : FleetWatch.connections) }

    private var mostConnectionsOfLoad: Int {
        switch (connections, pacing) {
        case (.pooled(let limit), _): limit * targets.count
        case (.perClient, .closedLoop(let clients)): min(clients, jobs) * targets.count
        case (.perClient, .openLoop): jobs * targets.count
        case (.asNeeded, .closedLoop(let clients)):
            min(clients, jobs) + ConnectionPool.mostIdle * targets.count
        case (.asNeeded, .openLoop): min(jobs, Self.mostArrivals) + ConnectionPool.mostIdle * targets.count
        }
    }
}

extension LoadPlan {
    /// How many of them may lead to one target.
    var mostConnectionsOfTarget: Int {
        switch (connections, pacing) {
        case (.pooled(let limit), _): limit
        case (.asNeeded, .openLoop): max(1, Self.mostArrivals / targets.count)
        case (.asNeeded, .closedLoop), (.perClient, _): .max
        }
    }
}

extension Duration {
    /// The duration in seconds.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
