// GET, DELETE /deliveries/dead and POST /deliveries/{delivery}/redeliver: what becomes of follow-ups that could not be delivered.

import HTTPTypes
import Hummingbird
import LeveeCore
import Logging

/// Lists deliveries that have failed for good, makes them due again, forgets them.
struct DeliveryRoutes: Sendable {
    static let standardLimit = 100
    static let mostListed = 1_000

    let undelivered: any UndeliveredFollowUps

    var endpoints: [Endpoint] {
        let path = "/deliveries/dead"
        let listed = Operation.listDeadDeliveries(standard: Self.standardLimit, most: Self.mostListed)
        return [
            Endpoint(method: .get, path: path, operation: listed, handler: list),
            Endpoint(method: .delete, path: path, operation: .purgeDeadDeliveries, handler: purge),
            Endpoint(
                method: .post,
                path: "/deliveries/{delivery}/redeliver",
                operation: .redeliver,
                handler: redeliver
            ),
        ]
    }

    /// One page, the last failures first; `next` is the cursor of the page after it.
    @Sendable
    private func list(_ request: Request, context: GatewayContext) async throws -> Response {
        let query = AdminQuery(request: request)
        let cursor = try query["cursor"].map(Self.cursor)
        let limit = try query.limit(standard: Self.standardLimit, most: Self.mostListed)
        let page = try await undelivered.undelivered(after: cursor, limit: limit)
        return PassingAnswer.json { json in
            json.member("total", page.total)
            json.name("deliveries")
            json.array { json in for delivery in page.deliveries { Self.write(delivery, to: &json) } }
            json.member("next", page.next.map { "\($0.keptUntil.milliseconds).\($0.id.text)" })
        }
    }

    @Sendable
    private func redeliver(_ request: Request, context: GatewayContext) async throws -> Response {
        guard let id = DeliveryID(try context.parameters.require("delivery")),
            try await undelivered.redeliver(id)
        else { throw Problem.unknownDelivery }
        context.logger.info("delivery made due again", metadata: ["delivery": "\(id)", "job": "\(id.job)"])
        return PassingAnswer.json(status: .accepted) { $0.member("id", id.text) }
    }

    @Sendable
    private func purge(_ request: Request, context: GatewayContext) async throws -> Response {
        var (removed, last) = (0, 0)
        repeat {
            last = try await undelivered.purgeUndelivered()
            removed += last
        } while last > 0
        context.logger.info("dead deliveries removed", metadata: ["deliveries": .stringConvertible(removed)])
        return PassingAnswer.json { json in json.member("removed", removed) }
    }

    private static func write(_ delivery: Undelivered, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", delivery.id.text)
            json.member("job", delivery.id.job.text)
            json.member("kind", delivery.destination.kind)
            json.member("target", delivery.destination.target)
            json.member("attempts", delivery.failures)
            json.member("reason", delivery.reason)
            json.member("createdAt", delivery.createdAt.rfc3339)
            json.member("expiresAt", delivery.keptUntil.rfc3339)
        }
    }

    private static func cursor(_ text: String) throws(Problem) -> UndeliveredCursor {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let milliseconds = Int64(parts[0]), let id = DeliveryID(parts[1]) else {
            throw .badQuery("cursor", "is not one that a page named as next")
        }
        return UndeliveredCursor(id: id, keptUntil: Timestamp(milliseconds: milliseconds))
    }
}
