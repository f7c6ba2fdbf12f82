// Removes the files of a blob folder that no job refers to.

public import LeveeCore
public import Logging
public import ServiceLifecycle

/// Sweeps a blob folder. Every process that shares it may run one; they take turns by the folder itself.
///
/// A file goes when nothing was written to it for a while and its job is gone, or has ended and does not refer to it: jobs
/// that have expired, submits that a crash cut off after their payload was written, results of attempts that were overtaken. Ids
/// of other deployments are left alone.
public struct BlobSweeper: Service {
    /// What says what jobs refer to.
    public typealias Jobs = JobBlobs & JobInspection

    /// How long the file of a writer that has fallen silent is left alone, if no job is there yet that it could belong to:
    /// longer than any request may take to arrive.
    static let silenceLimit = Duration.seconds(2 * 3_600)
    /// How many jobs are asked for at once.
    private static let batch = 200

    private let store: FolderBlobStore
    private let jobs: any Jobs
    private let age: Duration
    private let logger: Logger

    /// Creates a sweeper.
    ///
    /// - Parameters:
    ///   - store: The folder.
    ///   - jobs: What says what jobs refer to.
    ///   - age: How old a file without a job has to be: longer than it takes to store a job whose payload lies there.
    ///   - logger: Where to say what was removed.
    public init(store: FolderBlobStore, jobs: any Jobs, age: Duration, logger: Logger) {
        self.store = store
        self.jobs = jobs
        self.age = age
        self.logger = logger
    }

    /// The time between two sweeps.
    private var interval: Duration { min(max(age / 4, .seconds(1)), .seconds(60)) }

    /// Sweeps until a graceful shutdown or cancellation. No error ends it.
    public func run() async {
        while !Task.isCancelled && !Task.isShuttingDownGracefully {
            await cancelWhenGracefulShutdown { [interval] in try? await Task.sleep(for: interval) }
            guard !Task.isCancelled && !Task.isShuttingDownGracefully else { return }
            do {
                guard let removed = try await sweep(), removed > 0 else { continue }
                logger.info("blobs were removed that no job needs", metadata: ["files": "\(removed)"])
            } catch {
                logger.warning("the blob folder was not swept", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Sweeps, if it is time to.
    ///
    /// - Returns: How many files were removed; `nil` if another process has just swept.
    /// - Throws: ``BlobError`` or ``StoreError``.
    public func sweep() async throws -> Int? {
        let folder = store.folder
        let interval = interval
        guard let now = try await offload({ try folder.takeTurn(after: interval * 0.9) }) else { return nil }
        var removed = 0
        for shard in try await offload({ try folder.shards() }) {
            let entries = try await offload { [jobs, age] in
                try folder.entries(in: shard, at: now, recognize: jobs.recognize).filter { $0.age >= age }
            }
            for start in stride(from: 0, to: entries.count, by: Self.batch) {
                removed += try await sweep(Array(entries[start..<min(start + Self.batch, entries.count)]))
            }
        }
        return removed
    }

    private func sweep(_ entries: [BlobFolder.Entry]) async throws -> Int {
        let claims = try await jobs.claims(of: entries.map(\.name.job))
        let waste = zip(entries, claims).filter { Self.isWaste($0, $1) }.map(\.0)
        let folder = store.folder
        try await offload { for entry in waste { try folder.remove(entry) } }
        store.metrics.swept(waste.count)
        return waste.count
    }

    private static func isWaste(_ entry: BlobFolder.Entry, _ claim: BlobClaim) -> Bool {
        switch claim {
        case .open: false
        case .ended: entry.isUnpublished || !claim.keeps(entry.name)
        // A payload on its way has no job yet.
        case .nobody: !entry.isUnpublished || entry.age >= silenceLimit
        }
    }
}
