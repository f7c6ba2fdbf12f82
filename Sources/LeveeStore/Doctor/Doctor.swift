// The examination: everything is read a little at a time, each look is one script, and what looks wrong is looked at again.

import LeveeCore
import LeveeRedis

/// One examination of one store, from its beginning to its report.
///
/// Each look is atomic, so none can catch a script of others in the middle. Only whether a job stands in line is first judged
/// by lists that were read in pieces; such a suspicion is looked into by a script before it counts. What is found counts if it
/// is still so a while later: it may have been about to pass.
struct Doctor {
    /// How many jobs are looked at by one script: about a millisecond of the server's time.
    private static let batch = 50
    /// How many jobs of a queue are counted by one script.
    private static let countLimit = 5_000
    /// How many suspicions are followed up.
    private static let limit = 10_000

    let store: RedisStore
    let repairs: Bool
    let blobs: (any BlobStore)?
    /// How long what looks wrong has to last.
    let patience: Duration
    let onProgress: @Sendable (ExaminationProgress) -> Void

    private var progress = ExaminationProgress()
    private var report = Examination()
    private var ids: Set<String> = []
    private var queues: Set<String> = []
    private var workers: Set<String> = []
    private var deliveries: Set<String> = []
    private var foreign: [String] = []
    /// Queued jobs, and the lists in which they should be.
    private var waiting: [String: String] = [:]
    private var suspects: [Suspect: [Problem]] = [:]

    init(
        store: RedisStore,
        repairs: Bool,
        blobs: (any BlobStore)?,
        patience: Duration,
        onProgress: @escaping @Sendable (ExaminationProgress) -> Void
    ) {
        self.store = store
        self.repairs = repairs
        self.blobs = blobs
        self.patience = patience
        self.onProgress = onProgress
    }

    /// Examines everything.
    mutating func run() async throws(StoreError) -> Examination {
        try await lookAtKeys()
        guard !report.findings.contains(where: { $0.code == .wrongType && !$0.isRepaired }) else {
            report.isCutShort = true
            return report
        }
        report.lastTick = try await store.sinceLastTick()
        queues.formUnion(try await store.knownQueues())
        try await lookAtJobs()
        try await lookAtIndexes()
        try await lookAtLines()
        try await follow()
        try await lookAtQueuesAndWorkers()
        try await lookAtDeliveries()
        try await follow()
        try await lookAtBlobs()
        return report
    }

    // MARK: Looks

    /// Reads the names of all keys; looks at all that belong to no job.
    private mutating func lookAtKeys() async throws(StoreError) {
        var others: [Suspect] = [Suspect(.meta, RedisStore.layout, hint: store.founding.secret)]
        var (ids, queues, workers, deliveries) = (ids, queues, workers, deliveries)
        var progress = progress
        try await store.scanKeys { names in
            progress.keys += names.count
            onProgress(progress)
            for name in names {
                switch KeyName(name) {
                case .job(let id): ids.insert(id)
                case .worker(let id):
                    workers.insert(id)
                    others.append(Suspect(.key, name, hint: "hash"))
                case .queue(let queue, let type):
                    queues.insert(queue)
                    others.append(Suspect(.key, name, hint: type))
                case .single(let type): others.append(Suspect(.key, name, hint: type))
                case .idempotency: others.append(Suspect(.key, name, hint: "string"))
                case .delivery(let id):
                    deliveries.insert(id)
                    others.append(Suspect(.key, name, hint: "hash"))
                case .message(let type): others.append(Suspect(.key, name, hint: type))
                case .unknown: others.append(Suspect(.key, name))
                }
            }
        }
        (self.ids, self.queues, self.workers, self.deliveries) = (ids, queues, workers, deliveries)
        self.progress = progress
        try await look(at: others)
        try await follow()
    }

    private mutating func lookAtJobs() async throws(StoreError) {
        try await look(at: ids.map { Suspect(.job, $0) })
        guard let example = foreign.first else { return }
        let detail = foreign.count == 1 ? "job \(example)" : "\(foreign.count) jobs, such as \(example)"
        report.findings.append(Finding(.foreignIDs, .key(store.keys.prefix + "meta"), detail: detail))
    }

    /// Looks at what the indexes name and no key did.
    private mutating func lookAtIndexes() async throws(StoreError) {
        for index in ["leases", "scheduled", "deadlines"] {
            var news: Set<String> = []
            try await store.scanMembers(of: index) { news.formUnion($0) }
            try await look(at: news.subtracting(ids).map { Suspect(.job, $0) })
            ids.formUnion(news)
        }
        for queue in queues.sorted() {
            var dead: Set<String> = []
            try await store.scanMembers(of: "dead:\(queue)") { dead.formUnion($0) }
            try await look(at: dead.map { Suspect(.job, $0, hint: queue) })
        }
    }

    /// Reads the lists, and looks into it where a job that is queued was not met in its own, or was met twice.
    private mutating func lookAtLines() async throws(StoreError) {
        var doubtful: Set<String> = []
        var met: Set<String> = []
        for queue in queues.sorted() {
            for line in ["q:\(queue):0", "q:\(queue):1", "q:\(queue):2", "suspect:\(queue)"] {
                try await store.scanEntries(of: line) { entries in
                    for entry in entries where waiting[entry] != nil {
                        if waiting[entry] != line || !met.insert(entry).inserted { doubtful.insert(entry) }
                    }
                }
            }
        }
        doubtful.formUnion(waiting.keys.filter { !met.contains($0) })
        for id in doubtful.sorted() { try await look(at: [Suspect(.job, id)], deep: true) }
    }

    private mutating func lookAtQueuesAndWorkers() async throws(StoreError) {
        for queue in queues.sorted() {
            try await look(at: [Suspect(.queue, queue, hint: "\(Self.countLimit)")])
        }
        var listed: Set<String> = []
        try await store.scanMembers(of: "workers") { listed.formUnion($0) }
        workers.formUnion(listed)
        try await look(at: workers.map { Suspect(.worker, $0) })
        report.queues = queues.count
        report.workers = workers.count
    }

    private mutating func lookAtDeliveries() async throws(StoreError) {
        for index in ["outbox", "undelivered"] {
            var listed: Set<String> = []
            try await store.scanMembers(of: index) { listed.formUnion($0) }
            deliveries.formUnion(listed)
        }
        try await look(at: deliveries.map { Suspect(.delivery, $0) })
    }

    /// Looks whether what jobs refer to outside Redis is there, and looks again where it is not.
    private mutating func lookAtBlobs() async throws(StoreError) {
        guard let blobs else { return }
        let check = BlobCheck(claims: store, blobs: blobs)
        let lost = try await check.lost(among: ids.map { JobID(trusted: $0) })
        guard !lost.isEmpty else { return }
        try? await Task.sleep(for: patience)
        for blob in try await check.lost(among: lost.map(\.name.job)) {
            let code: Finding.Code = blob.name.part == .payload ? .payloadLost : .resultLost
            report.findings.append(Finding(code, .job(blob.name.job.text), detail: "\(blob.name)"))
        }
    }

    /// Looks at subjects a batch at a time, and keeps what looks wrong.
    private mutating func look(at subjects: [Suspect], deep: Bool = false) async throws(StoreError) {
        for start in stride(from: 0, to: subjects.count, by: Self.batch) {
            let batch = Array(subjects[start..<min(start + Self.batch, subjects.count)])
            for (subject, look) in zip(batch, try await store.looks(at: batch, deep: deep)) {
                note(look, of: subject, deep: deep)
                guard !look.problems.isEmpty else { continue }
                guard suspects.count < Self.limit else {
                    report.isCutShort = true
                    continue
                }
                suspects[subject] = look.problems
            }
            progress.looked += batch.count
            onProgress(progress)
        }
    }

    private mutating func note(_ look: Look, of subject: Suspect, deep: Bool) {
        if look.isUncounted { report.uncountedQueues.append(subject.name) }
        guard subject.kind == .job, subject.hint.isEmpty, !deep, !look.state.isEmpty else { return }
        report.jobs += 1
        if LeveeCore.Name.isValid(look.queue) { queues.insert(look.queue) }
        if !look.line.isEmpty { waiting[subject.name] = look.line }
        if store.recognize(subject.name) == nil { foreign.append(subject.name) }
    }

    // MARK: Findings

    /// Looks again at what looked wrong, after a while; what is still so is a finding, and is mended if that is wanted.
    private mutating func follow() async throws(StoreError) {
        guard !suspects.isEmpty else { return }
        try? await Task.sleep(for: patience)
        for (suspect, problems) in suspects.sorted(by: { $0.key.name < $1.key.name }) {
            guard let look = try await store.looks(at: [suspect], deep: true).first else { continue }
            let confirmed = look.problems.filter { problem in problems.contains { $0.code == problem.code } }
            guard !confirmed.isEmpty else { continue }
            var rest = Set(look.problems.map(\.code))
            if repairs { rest = Set(try await store.repair(suspect).map(\.code)) }
            for problem in confirmed {
                var finding = Finding(problem.code, suspect.subject(store.keys), detail: problem.detail)
                finding.isRepaired = repairs && !rest.contains(problem.code)
                report.findings.append(finding)
            }
        }
        suspects = [:]
    }
}
