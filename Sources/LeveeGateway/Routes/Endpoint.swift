// One method at one path: what the router and the list of allowed methods are both made of.

import HTTPTypes
import Hummingbird
import LeveeCore

/// A method at a path, and what answers it.
struct Endpoint: Sendable {
    typealias Handler = @Sendable (Request, GatewayContext) async throws -> Response

    let method: HTTPRequest.Method
    /// The path; a segment in braces takes anything, one that ends in three dots all that is left.
    let path: String
    /// What an API key has to be good for, one of these at least; nothing for an endpoint that anybody may call, `nil` for what
    /// the door asks for by itself.
    var scopes: [Scope]?
    /// What clients are told of it.
    let operation: Operation
    let handler: Handler

    /// The methods that it answers: what can be had with its body can be had without (RFC 9110 section 9.3.2).
    var methods: [HTTPRequest.Method] { method == .get ? [.get, .head] : [method] }

    /// Whether it changes something: all but GET does, and GET where a route makes a job of it.
    var isChange: Bool { method != .get || scopes?.contains(.submit) == true }
}

extension Endpoint {
    var routerPath: RouterPath { Self.routerPath(path) }

    fileprivate static func routerPath(_ path: String) -> RouterPath {
        guard path.hasSuffix("...}"), let slash = path.lastIndex(of: "/") else { return RouterPath(path) }
        return RouterPath("\(path[...slash])**")
    }
}

/// Which methods each path allows; OPTIONS everywhere.
struct MethodTable: Sendable {
    /// The paths with their methods, those without braces first: they win where both would do.
    let rows: [Row]

    /// A path and its methods.
    struct Row: Sendable {
        let path: String
        let methods: [HTTPRequest.Method]
        fileprivate let segments: [Substring]

        var routerPath: RouterPath { Endpoint.routerPath(path) }

        fileprivate func matches(_ path: [Substring]) -> Bool {
            let takesRest = segments.last?.hasSuffix("...}") ?? false
            return (takesRest ? path.count >= segments.count : path.count == segments.count)
                && zip(segments, path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }

        /// The methods as `Allow` has them.
        var list: String { methods.map(\.rawValue).joined(separator: ", ") }
    }

    init(_ endpoints: [Endpoint]) {
        var methods: [String: [HTTPRequest.Method]] = [:]
        for endpoint in endpoints { methods[endpoint.path, default: [.options]] += endpoint.methods }
        let rows = methods.map { path, methods in
            Row(
                path: path,
                methods: methods.sorted { $0.rawValue < $1.rawValue },
                segments: path.split(separator: "/")
            )
        }
        self.rows = rows.sorted { !$0.path.contains("{") && $1.path.contains("{") }
    }

    /// The methods of a path; none if nothing is served there.
    func methods(at path: String) -> [HTTPRequest.Method] {
        let segments = path.split(separator: "/")
        return rows.first { $0.matches(segments) }?.methods ?? []
    }
}
