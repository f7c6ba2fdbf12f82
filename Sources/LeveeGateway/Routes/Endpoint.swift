// One method at one path: what the router and the list of allowed methods are both made of.

import HTTPTypes
import Hummingbird
import LeveeCore

/// A method at a path, and what answers it.
struct Endpoint: Sendable {
    typealias Handler = @Sendable (Request, GatewayContext) async throws -> Response

    let method: HTTPRequest.Method
    /// The path in the router's notation: a segment that begins with a colon takes anything.
    let path: String
    /// What an API key has to be good for, one of these at least; nothing for an endpoint that anybody may call, `nil` for what
    /// the door asks for by itself.
    var scopes: [Scope]?
    let handler: Handler

    /// The endpoints of a representation that can be had with and without its body.
    static func reading(_ path: String, scopes: [Scope]? = nil, handler: @escaping Handler) -> [Endpoint] {
        [.get, .head].map { Endpoint(method: $0, path: path, scopes: scopes, handler: handler) }
    }
}

/// Which methods each path allows.
struct MethodTable: Sendable {
    private let rows: [(segments: [Substring], methods: [HTTPRequest.Method])]

    init(_ endpoints: [Endpoint]) {
        var methods: [String: [HTTPRequest.Method]] = [:]
        for endpoint in endpoints { methods[endpoint.path, default: []].append(endpoint.method) }
        rows = methods.map { path, methods in
            (path.split(separator: "/"), methods.sorted { $0.rawValue < $1.rawValue })
        }
    }

    /// The methods of a path; none if nothing is served there.
    func methods(at path: String) -> [HTTPRequest.Method] {
        let segments = path.split(separator: "/")
        let row = rows.first { row in
            row.segments.count == segments.count
                && zip(row.segments, segments).allSatisfy { $0.hasPrefix(":") || $0 == $1 }
        }
        return row?.methods ?? []
    }
}
