// GET /livez and /readyz: whether the process lives, and whether it is of use.

import Hummingbird
import LeveeCore
import Logging

/// Answers the probes of load balancers and supervisors.
struct HealthRoutes: Sendable {
    /// How long the store may take for a sign of life.
    static let pingTimeout = Duration.seconds(1)
    /// How old a sign of life may be: probes, however many, cost the store two pings a second at most.
    static let pingLife = Duration.milliseconds(500)

    static let livePath = "/livez"
    static let readyPath = "/readyz"

    let upkeep: any JobUpkeep
    let drain: DrainSignal
    let logger: Logger
    private let failures = FailureLog("The store gives no sign of life")
    private let store = SharedReading<Bool>(life: pingLife, now: WallClock.now)

    init(upkeep: any JobUpkeep, drain: DrainSignal, logger: Logger) {
        self.upkeep = upkeep
        self.drain = drain
        self.logger = logger
    }

    var endpoints: [Endpoint] {
        [
            Endpoint(method: .get, path: Self.livePath, scopes: [], operation: .live, handler: live),
            Endpoint(method: .get, path: Self.readyPath, scopes: [], operation: .ready, handler: ready),
        ]
    }

    @Sendable
    private func live(_ request: Request, context: GatewayContext) -> Response {
        PassingAnswer.json { $0.member("status", "live") }
    }

    /// 503 while the store is away, so that no client is sent here in vain, and while the process drains.
    @Sendable
    private func ready(_ request: Request, context: GatewayContext) async throws -> Response {
        if drain.isDraining { throw Problem.draining }
        guard await store.value(isStoreAlive) else { throw Problem.storeUnavailable }
        return PassingAnswer.json { $0.member("status", "ready") }
    }

    private func isStoreAlive() async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do throws(StoreError) {
                    try await upkeep.ping()
                    return true
                } catch {
                    failures.note(error, in: logger)
                    return false
                }
            }
            group.addTask {
                try? await Task.sleep(for: Self.pingTimeout)
                return false
            }
            let isAlive = await group.next() ?? false
            group.cancelAll()
            return isAlive
        }
    }
}
