// How one worker process is set up.

public import LeveeCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The settings of one worker.
public struct WorkerConfiguration: Sendable, Equatable {
    /// The id of the worker, unlike that of any other; see `Name`.
    public var name: String
    /// How many jobs run at once; at least 1.
    public var slots: Int
    /// The queues the worker serves, with their fleet-wide caps; at least one.
    public var queues: [QueueRules]
    /// How long a lease lasts without a heartbeat; a heartbeat goes out each third of it.
    public var lease: Duration
    /// How long one wait for a wake-up lasts; each is moved by up to a fifth.
    public var wakeTimeout: Duration
    /// How long jobs may go on after the worker was told to stop, before they are stopped and handed back.
    public var drainGrace: Duration
    /// The most attempts that are settled in one call; at least 1.
    public var batchCount: Int
    /// The most bytes of results in one call; a single larger one goes alone.
    public var batchBytes: Int

    /// Creates a configuration.
    ///
    /// - Parameters:
    ///   - name: The id of the worker.
    ///   - slots: How many jobs run at once.
    ///   - queues: The queues the worker serves.
    ///   - lease: How long a lease lasts without a heartbeat.
    ///   - wakeTimeout: How long one wait for a wake-up lasts.
    ///   - drainGrace: How long jobs may go on after the worker was told to stop.
    ///   - batchCount: The most attempts that are settled in one call.
    ///   - batchBytes: The most bytes of results in one call.
    public init(
        name: String = WorkerConfiguration.defaultName(),
        slots: Int,
        queues: [QueueRules],
        lease: Duration = .seconds(5),
        wakeTimeout: Duration = .seconds(5),
        drainGrace: Duration = .seconds(25),
        batchCount: Int = 250,
        batchBytes: Int = 4 << 20
    ) {
        self.name = name
        self.slots = slots
        self.queues = queues
        self.lease = lease
        self.wakeTimeout = wakeTimeout
        self.drainGrace = drainGrace
        self.batchCount = batchCount
        self.batchBytes = batchBytes
    }

    /// A name made of the host's, the process' number and four random characters.
    ///
    /// - Returns: A valid name that no other worker has.
    public static func defaultName() -> String {
        let host = String(hostName().filter { Name.isValid("a\($0)") }.prefix(40))
        let tail = String(UInt16.random(in: .min ... .max), radix: 36)
        return "\(Name.isValid(host) ? host : "worker")-\(getpid())-\(tail)"
    }

    /// The name of this machine.
    static func hostName() -> String {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return "unknown" }
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Why a worker does not start.
    public enum Fault: Error, Sendable, Equatable, CustomStringConvertible {
        case name(String)
        case slots(Int)
        case queues
        case lease(Duration)
        case batch

        /// What is wrong and what to do about it.
        public var description: String {
            switch self {
            case .name(let name):
                "the worker's name \"\(name)\" is not valid: give 1 to 64 letters, digits, '-', '_' or '.', "
                    + "beginning with a letter or digit"
            case .slots(let slots): "a worker needs at least one slot, not \(slots)"
            case .queues: "a worker needs at least one queue to serve"
            case .lease(let lease): "a lease of \(lease) is too short for heartbeats: give at least 100 ms"
            case .batch: "a batch needs room for at least one settlement and one byte"
            }
        }
    }

    /// Looks whether a worker can run with these settings.
    ///
    /// - Throws: The first setting that is wrong.
    public func validate() throws(Fault) {
        guard Name.isValid(name) else { throw .name(name) }
        guard slots >= 1 else { throw .slots(slots) }
        guard !queues.isEmpty else { throw .queues }
        guard lease >= .milliseconds(100) else { throw .lease(lease) }
        guard batchCount >= 1, batchBytes >= 1 else { throw .batch }
    }
}
