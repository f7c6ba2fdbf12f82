// Handlers at work without Redis: a real worker on a store in memory.

public import LeveeCore
public import LeveeWorker
public import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Runs jobs as a deployment does, in one process: retries, timeouts, progress and cancellation included.
///
/// ```swift
/// try await TestBench.run([HandlerBinding(type: JobType(name: "resize"), handler: CodableHandler(Resize()))]) { bench in
///     let id = try await bench.submit("resize", json: Resize.Input(source: "a.png", width: 10))
///     let job = try await bench.end(of: id)
///     #expect(job.state == .succeeded)
/// }
/// ```
public struct TestBench: Sendable {
    /// Where the jobs are. Its clock is the system's.
    public let store: InMemoryStore
    private let types: [String: JobType]

    /// Runs a worker for as long as something takes.
    ///
    /// - Parameters:
    ///   - bindings: The types and their handlers.
    ///   - slots: How many jobs run at once.
    ///   - logger: Where the worker says what happens; nowhere by default.
    ///   - body: What is done meanwhile.
    /// - Returns: What the body gives. Jobs that still run are stopped.
    /// - Throws: What the body throws.
    public static func run<Value: Sendable>(
        _ bindings: [HandlerBinding],
        slots: Int = 4,
        logger: Logger = Logger(label: "levee.bench") { _ in SwiftLogNoOpLogHandler() },
        _ body: (TestBench) async throws -> Value
    ) async throws -> Value {
        let store = InMemoryStore()
        let queues = Set(bindings.map(\.type.queue)).sorted()
        let worker = Worker(
            configuration: WorkerConfiguration(slots: slots, queues: queues.map { QueueRules(name: $0) }),
            leasing: store,
            upkeep: store,
            handlers: Dictionary(uniqueKeysWithValues: bindings.map { ($0.type.name, $0) }),
            logger: logger
        )
        let bench = TestBench(
            store: store,
            types: Dictionary(uniqueKeysWithValues: bindings.map { ($0.type.name, $0.type) })
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            let value = try await body(bench)
            worker.hurry()
            try await group.waitForAll()
            return value
        }
    }

    /// Submits a job on the terms of its type.
    ///
    /// - Parameters:
    ///   - type: The name of the type; one of those that the bench was started with.
    ///   - payload: What the handler gets.
    /// - Returns: The id of the job.
    /// - Throws: `StoreError`, which a store in memory has none of.
    public func submit(_ type: String, _ payload: Content) async throws -> JobID {
        guard let type = types[type] else { preconditionFailure("the bench has no handler for \(type)") }
        let job = NewJob(
            id: store.newID(),
            type: type.name,
            queue: type.queue,
            payload: payload,
            maxAttempts: type.retry.maxAttempts,
            ageLimit: type.ageLimit,
            retention: type.retention,
            deadline: type.deadline,
            followUps: type.followUps
        )
        _ = try await store.submit(job, rules: QueueRules(name: type.queue))
        return job.id
    }

    /// Submits a job with a JSON payload (RFC 8259).
    ///
    /// - Parameters:
    ///   - type: The name of the type.
    ///   - payload: What is written as JSON.
    /// - Returns: The id of the job.
    /// - Throws: `EncodingError` if it cannot be written.
    public func submit(_ type: String, json payload: some Encodable) async throws -> JobID {
        let bytes = [UInt8](try JSONEncoder().encode(payload))
        return try await submit(type, Content(mediaType: "application/json", bytes: bytes))
    }

    /// Asks for the end of a job: at once if it waits, by canceling its task if it runs.
    public func cancel(_ id: JobID) async throws {
        _ = try await store.cancel(id, by: nil, expecting: nil)
    }

    /// Waits until something is true of a job.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - condition: What has to be true.
    /// - Returns: The job as it was then.
    /// - Throws: `CancellationError` when the task is canceled, as a test with a time limit does.
    public func wait(for id: JobID, until condition: (JobRecord) -> Bool) async throws -> JobRecord {
        let (news, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { [store] in await store.listen { _ in continuation.yield() } }
            for await _ in news {
                if let record = try await store.job(id), condition(record) { return record }
            }
            throw CancellationError()
        }
    }

    /// Waits for the end of a job.
    public func end(of id: JobID) async throws -> JobRecord {
        try await wait(for: id) { $0.state.isTerminal }
    }

    /// The result of a job that has succeeded, read as JSON.
    ///
    /// - Throws: `DecodingError` if it is none, or of another shape.
    public func result<Value: Decodable>(of id: JobID, as type: Value.Type = Value.self) async throws -> Value {
        let bytes = try await store.result(of: id) ?? []
        return try JSONDecoder().decode(type, from: Data(bytes))
    }
}
