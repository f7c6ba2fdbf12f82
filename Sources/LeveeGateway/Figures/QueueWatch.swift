// What the front end knows of queues: fresh enough for hints, at hardly any cost.

import LeveeCore
import Logging
import Synchronization

/// What is known of a queue, and the time by which its jobs live.
struct QueueReading: Sendable, Equatable {
    let outlook: QueueOutlook
    /// By how much the clock of the store is ahead of this process'.
    let clockOffset: Duration
}

/// Reads each queue a few times a second at most, whatever the number of clients that poll.
final class QueueWatch: Sendable {
    /// How old figures may be: what a client is told of its place in the queue.
    static let figuresLife = Duration.milliseconds(100)
    /// How old the sample of what waits, and the number of slots, may be.
    static let lineLife = Duration.seconds(1)

    private let inspection: any JobInspection
    private let rules: @Sendable (String) -> QueueRules
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let queues = Mutex<[String: Entry]>([:])
    private let failures = FailureLog("No figures of a queue")

    private final class Entry: Sendable {
        let figures: SharedReading<QueueFigures?>
        let line: SharedReading<(line: QueueLine, clockOffset: Duration)?>

        init(now: @escaping @Sendable () -> Timestamp) {
            figures = SharedReading(life: QueueWatch.figuresLife, now: now)
            line = SharedReading(life: QueueWatch.lineLife, now: now)
        }
    }

    /// - Parameters:
    ///   - inspection: Where the readings come from.
    ///   - rules: The limits of a queue, by its name.
    ///   - logger: Where it is told that a queue cannot be read.
    ///   - now: The time of this process.
    init(
        inspection: any JobInspection,
        rules: @escaping @Sendable (String) -> QueueRules,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.inspection = inspection
        self.rules = rules
        self.logger = logger
        self.now = now
    }

    /// What is known of a queue, or `nil` if it cannot be read: a poll is answered without.
    func reading(of queue: String) async -> QueueReading? {
        let entry = queues.withLock { queues in
            if let entry = queues[queue] { return entry }
            let entry = Entry(now: now)
            queues[queue] = entry
            return entry
        }
        let line = await entry.line.value {
            await read(queue) { inspection throws(StoreError) in
                let line = try await inspection.line(of: queue)
                return (line, line.time - now())
            }
        }
        let figures = await entry.figures.value {
            await read(queue) { inspection throws(StoreError) in try await inspection.figures(of: queue) }
        }
        guard let line, let figures else { return nil }
        let rules = rules(queue)
        let outlook = QueueOutlook(
            figures: figures,
            line: line.line,
            concurrency: rules.concurrency,
            rate: rules.rate
        )
        return QueueReading(outlook: outlook, clockOffset: line.clockOffset)
    }

    private func read<Value>(
        _ queue: String,
        _ body: (any JobInspection) async throws(StoreError) -> Value
    ) async -> Value? {
        do throws(StoreError) {
            return try await body(inspection)
        } catch {
            failures.note(error, ["queue": "\(queue)"], in: logger)
            return nil
        }
    }
}
