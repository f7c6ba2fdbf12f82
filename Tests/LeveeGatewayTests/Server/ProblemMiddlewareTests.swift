// Tests of what concerns every request: unknown paths, methods, targets, hosts, and the form of all errors.

import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("Every request")
struct ProblemMiddlewareTests {
    @Test("answers unknown paths", arguments: ["/", "/nothing", "/jobs", "/jobs/a/b/c", "/operations", "/favicon.ico"])
    func unknownPath(path: String) async throws {
        try await Harness().run { client in
            for method in [HTTPRequest.Method.get, .post, .put, .delete] {
                try await client.send(method, path).expectProblem(404, "unknown-path")
            }
            let head = try await client.send(.head, path)
            #expect(head.status == .notFound)
            #expect(head.body.readableBytes == 0)
        }
    }

    @Test(
        "names the methods of a path to those who use another",
        arguments: [
            ("/jobs/x", "DELETE, GET, HEAD, OPTIONS, POST"), ("/jobs/echo", "OPTIONS, POST"),
            ("/operations/x", "GET, HEAD, OPTIONS"), ("/resources/x", "GET, HEAD, OPTIONS"),
            ("/jobs/x/cancel", "OPTIONS, POST"), ("/jobs/x/history", "GET, HEAD, OPTIONS"),
            ("/livez", "GET, HEAD, OPTIONS"), ("/readyz", "GET, HEAD, OPTIONS"),
            ("/openapi.json", "GET, HEAD, OPTIONS"),
        ]
    )
    func methodNotAllowed(path: String, allowed: String) async throws {
        try await Harness().run { client in
            for method in [HTTPRequest.Method.put, .patch, .trace] {
                let response = try await client.send(method, path)
                try response.expectProblem(405, "method-not-allowed")
                #expect(response.headers[.allow] == allowed)
                #expect(try response.text("detail").contains(method.rawValue))
            }
        }
    }

    @Test("takes targets of 2 KiB and no longer ones")
    func targetTooLong() async throws {
        try await Harness().run { client in
            let query = String(repeating: "x", count: 2_048 - "/livez?".utf8.count)
            #expect(try await client.send(.get, "/livez?\(query)").status == .ok)
            try await client.send(.get, "/livez?\(query)x").expectProblem(414, "uri-too-long")
        }
    }

    @Test("gives the path as the instance, whatever is in it")
    func instance() async throws {
        try await Harness().run { client in
            let response = try await client.send(.get, "/a\"b\\c?d=e")
            try response.expectProblem(404, "unknown-path")
            #expect(try response.text("instance") == "/a\"b\\c")
        }
    }
}
