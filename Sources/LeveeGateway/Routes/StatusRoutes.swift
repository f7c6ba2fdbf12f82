// GET /jobs/{id}, /operations/{id} and /jobs/{id}/history: how a job stands.

import HTTPTypes
import Hummingbird
import LeveeCore
import NIOCore

/// Answers polls, each with one read of the store.
struct StatusRoutes: Sendable {
    let configuration: GatewayConfiguration
    let inspection: any JobInspection
    let representation: JobRepresentation

    private var lookup: JobLookup { JobLookup(inspection: inspection) }

    var endpoints: [Endpoint] {
        Endpoint.reading("/jobs/:name", handler: status) + Endpoint.reading("/operations/:name", handler: monitor)
            + Endpoint.reading("/jobs/:name/history", handler: history)
    }

    /// 202 while the job is pending, then 302 to its result, well or not.
    @Sendable
    private func status(_ request: Request, context: GatewayContext) async throws -> Response {
        let links = try Links(for: request, publicURL: configuration.publicURL)
        let record = try await lookup.record(context)
        guard record.state.isTerminal else { return await representation.accepted(record, links: links) }
        let location: HTTPFields = [.location: links.url(.result, of: record.id)]
        return await representation.status(of: record, as: .found, links: links, headers: location)
    }

    /// Always 200: never redirects, since clients that follow `Operation-Location` cannot.
    @Sendable
    private func monitor(_ request: Request, context: GatewayContext) async throws -> Response {
        let links = try Links(for: request, publicURL: configuration.publicURL)
        let record = try await lookup.record(context)
        return await representation.monitor(record, request: request, links: links)
    }

    @Sendable
    private func history(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try await lookup.record(context).id
        guard let entries = try await inspection.history(of: id) else { throw Problem.gone }
        var json = JSONWriter(reservingCapacity: 32 + entries.count * 128)
        json.object { json in
            json.name("history")
            json.array { json in
                for entry in entries {
                    json.object { json in
                        json.member("version", entry.version)
                        json.member("status", entry.state.rawValue)
                        json.member("at", entry.at.rfc3339)
                        json.member("cause", entry.cause.rawValue)
                        json.member("note", entry.note)
                    }
                }
            }
        }
        return Response(
            status: .ok,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes))
        )
    }
}
