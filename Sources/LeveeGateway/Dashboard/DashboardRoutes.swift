// GET /, /assets/{file} and /dashboard/events: the dashboard, which is a page, its files, and what it shows.

import HTTPTypes
import Hummingbird
import LeveeCore
import LeveeDashboard
import NIOCore

/// Serves the dashboard. The page and its files hold no data, and anybody may have them; what it shows takes a key where there are
/// any, which the page itself sends.
struct DashboardRoutes: Sendable {
    static let mostSnapshots = 1_000_000

    let feed: DashboardFeed
    private let page = DashboardFile(.page)
    private let files = Dictionary(uniqueKeysWithValues: DashboardAsset.all.map { ($0.name, DashboardFile($0)) })

    init(feed: DashboardFeed) {
        self.feed = feed
    }

    var endpoints: [Endpoint] {
        [
            Endpoint(method: .get, path: "/", scopes: [], operation: .dashboardPage) { request, _ in
                page.response(to: request)
            },
            Endpoint(method: .get, path: "/assets/{file}", scopes: [], operation: .dashboardAsset, handler: asset),
            Endpoint(method: .get, path: "/dashboard/events", operation: .dashboardEvents, handler: events),
        ]
    }

    @Sendable
    private func asset(_ request: Request, context: GatewayContext) throws -> Response {
        guard let file = files[try context.parameters.require("file")] else { throw Problem.unknownAsset }
        return file.response(to: request)
    }

    @Sendable
    private func events(_ request: Request, context: GatewayContext) async throws -> Response {
        let count = try AdminQuery(request: request).number("count", 1...Self.mostSnapshots)
        let client = await context.client()
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store", .accelBuffering: "no"],
            body: ResponseBody { [feed] writer in
                try await feed.watch(at: client) { first, events in
                    try await writer.write(first)
                    var left = count
                    for await event in events {
                        try await writer.write(event)
                        left = left.map { $0 - 1 }
                        if left == 0 { break }
                    }
                }
                try await writer.finish(nil)
            }
        )
    }
}
