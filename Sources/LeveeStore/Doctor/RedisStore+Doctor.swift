// The doctor's door, and the scripts that it calls.

public import LeveeCore
import LeveeRedis

extension RedisStore {
    /// Examines everything that lies in Redis, while all other processes go on.
    ///
    /// - Parameters:
    ///   - repair: Whether what is wrong is to be mended, as far as it can be.
    ///   - blobs: Where payloads and results lie that are too large for Redis; `nil` leaves it open whether they are there.
    ///   - onProgress: Is told after each step how far it is. It holds the examination up: let it be quick.
    /// - Returns: What is wrong, and how much was looked at.
    /// - Throws: ``StoreError`` if Redis was not reached, or went away.
    public func examine(
        repair: Bool,
        blobs: (any BlobStore)? = nil,
        onProgress: @escaping @Sendable (ExaminationProgress) -> Void = { _ in }
    ) async throws(StoreError) -> Examination {
        try await examine(repair: repair, blobs: blobs, patience: .seconds(1), onProgress: onProgress)
    }

    func examine(
        repair: Bool,
        blobs: (any BlobStore)? = nil,
        patience: Duration,
        onProgress: @escaping @Sendable (ExaminationProgress) -> Void = { _ in }
    ) async throws(StoreError) -> Examination {
        var doctor = Doctor(
            store: self,
            repairs: repair,
            blobs: blobs,
            patience: patience,
            onProgress: onProgress
        )
        return try await doctor.run()
    }

    /// Looks at subjects, all at one moment.
    func looks(at subjects: [Suspect], deep: Bool) async throws(StoreError) -> [Look] {
        var arguments: [[UInt8]] = []
        arguments.append(deep)
        for subject in subjects { arguments += subject.arguments }
        let reply = try await run(scripts.examine, arguments)
        guard let answers = reply.array, answers.count == subjects.count else {
            throw .unexpectedReply("examine answered \(reply)")
        }
        var looks: [Look] = []
        for answer in answers { looks.append(try Look(answer)) }
        return looks
    }

    /// Mends what can be mended of a subject.
    ///
    /// - Returns: What is still wrong with it.
    func repair(_ subject: Suspect) async throws(StoreError) -> [Problem] {
        try Problem.list(try await run(scripts.repair, subject.arguments))
    }

    /// The queues that the partition knows of.
    func knownQueues() async throws(StoreError) -> Set<String> {
        let names = try await send(RedisCommand("HGET", "\(keys.prefix)meta", "queues")).string ?? ""
        return Set(names.split(separator: " ").map(String.init))
    }

    /// How long ago any process last ticked; `nil` if none ever did.
    func sinceLastTick() async throws(StoreError) -> Duration? {
        guard let last = Timestamp(try await send(RedisCommand("HGET", "\(keys.prefix)upkeep", "last"))),
            let seconds = try await send(["TIME"]).array?.first?.int
        else { return nil }
        return Timestamp(milliseconds: Int64(seconds) * 1_000) - last
    }
}
