// What the front end knows of the deployment as a whole, for all who ask at its admin door.

import LeveeCore
import Logging

/// Reads queues and workers at most twice a second, however many ask: the dashboard, Prometheus, operators.
final class FleetWatch: Sendable {
    /// How old an overview may be.
    static let life = Duration.milliseconds(500)

    private let inspection: any FleetInspection
    private let logger: Logger
    private let failures = FailureLog("No overview of the deployment")
    private let reading: SharedReading<Result<FleetOverview, StoreError>>

    /// - Parameters:
    ///   - inspection: Where the readings come from.
    ///   - logger: Where it is told that the store cannot be read.
    ///   - now: The time of this process.
    init(inspection: any FleetInspection, logger: Logger, now: @escaping @Sendable () -> Timestamp) {
        self.inspection = inspection
        self.logger = logger
        reading = SharedReading(life: Self.life, now: now)
    }

    /// The deployment as it is, or was a moment ago.
    func overview() async throws(StoreError) -> FleetOverview {
        let result = await reading.value {
            do throws(StoreError) {
                return .success(try await inspection.overview())
            } catch {
                failures.note(error, in: logger)
                return .failure(error)
            }
        }
        return try result.get()
    }
}
