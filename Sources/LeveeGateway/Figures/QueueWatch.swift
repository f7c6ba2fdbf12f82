// What the front end knows of queues: fresh enough for hints, at hardly any cost.

import LeveeCore
import Logging
import Synchronization

/// A reading of one queue with the pace at which it drains.
struct QueueReading: Sendable, Equatable {
    let figures: QueueFigures
    /// Jobs a second; `nil` before two readings.
    let drainRate: Double?
}

/// Reads the figures of each queue at most twice a second, whatever the number of clients that poll, and follows the pace
/// at which the queues drain.
final class QueueWatch: Sendable {
    /// How old figures may be.
    static let life = Duration.milliseconds(500)

    private let inspection: any JobInspection
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let queues = Mutex<[String: Entry]>([:])
    private let failures = FailureLog("No figures of a queue")

    private final class Entry: Sendable {
        let reading: SharedReading<QueueReading?>
        let rate = Mutex(DrainRate())

        init(now: @escaping @Sendable () -> Timestamp) {
            reading = SharedReading(life: QueueWatch.life, now: now)
        }
    }

    init(inspection: any JobInspection, logger: Logger, now: @escaping @Sendable () -> Timestamp) {
        self.inspection = inspection
        self.logger = logger
        self.now = now
    }

    /// The latest figures of a queue, or `nil` if they cannot be had: a poll is answered without them.
    func reading(of queue: String) async -> QueueReading? {
        let entry = queues.withLock { queues in
            if let entry = queues[queue] { return entry }
            let entry = Entry(now: now)
            queues[queue] = entry
            return entry
        }
        return await entry.reading.value {
            do throws(StoreError) {
                let figures = try await inspection.figures(of: queue)
                let time = now()
                return QueueReading(
                    figures: figures,
                    drainRate: entry.rate.withLock { rate in
                        rate.observe(figures, at: time)
                        return rate.perSecond
                    }
                )
            } catch {
                failures.note(error, ["queue": "\(queue)"], in: logger)
                return nil
            }
        }
    }
}
