// GET /destinations, GET /destinations/{list}, DELETE /destinations/{list}/{delivery}: messages that were delivered into lists.

import HTTPTypes
import Hummingbird
import LeveeCore

/// Shows lists, reads messages, takes them as dealt with.
struct DestinationRoutes: Sendable {
    static let standardLimit = 10
    static let mostRead = 100
    /// For how many seconds a message that was read is nobody else's, unless the reader says.
    static let standardHiding = 30
    static let longestHiding = 12 * 3_600

    let lists: any MessageLists

    var endpoints: [Endpoint] {
        [
            Endpoint(method: .get, path: "/destinations", operation: .listDestinations, handler: list),
            Endpoint(method: .get, path: "/destinations/{list}", operation: .readDestination, handler: read),
            Endpoint(
                method: .delete,
                path: "/destinations/{list}/{delivery}",
                operation: .acknowledgeMessage,
                handler: acknowledge
            ),
        ]
    }

    @Sendable
    private func list(_ request: Request, context: GatewayContext) async throws -> Response {
        let lists = try await lists.messageLists()
        return PassingAnswer.json { json in
            json.name("destinations")
            json.array { json in
                for list in lists {
                    json.object { json in
                        json.member("name", list.name)
                        json.member("messages", list.messages)
                        json.member("visible", list.visible)
                    }
                }
            }
        }
    }

    /// The oldest messages; each is there again after a while unless it was acknowledged.
    @Sendable
    private func read(_ request: Request, context: GatewayContext) async throws -> Response {
        let name = try Self.list(context)
        let query = AdminQuery(request: request)
        let limit = try query.number("max", 1...Self.mostRead) ?? Self.standardLimit
        let hiding = try query.number("hide", 0...Self.longestHiding) ?? Self.standardHiding
        let messages = try await lists.messages(in: name, limit: limit, hiding: .seconds(hiding))
        return PassingAnswer.json { json in
            json.member("name", name)
            json.name("messages")
            json.array { json in
                for message in messages {
                    json.object { json in
                        json.member("id", message.id.text)
                        json.name("message")
                        json.verbatim(message.body)
                    }
                }
            }
        }
    }

    @Sendable
    private func acknowledge(_ request: Request, context: GatewayContext) async throws -> Response {
        let name = try Self.list(context)
        guard let id = DeliveryID(try context.parameters.require("delivery")),
            try await lists.acknowledge(id, in: name)
        else { throw Problem.unknownMessage }
        return Response(status: .noContent, headers: [.cacheControl: "no-store"])
    }

    private static func list(_ context: GatewayContext) throws -> String {
        let name = try context.parameters.require("list")
        guard Name.isValid(name) else { throw Problem.unknownDestination }
        return name
    }
}
