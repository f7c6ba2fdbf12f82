// Routes that nobody could be led by, refused with the line.

import Testing

@testable import levee

@Suite("Errors in routes")
struct RouteErrorTests {
    private static let jobs = """
        jobs:
          square: {handler: {builtin: square}}
          remote: {handler: {upstream: {url: 'http://127.0.0.1:9000'}}}
        routes:

        """

    @Test(
        "name the place and say what to write",
        arguments: [
            ("  GET square: {job: square}", "5:3: routes.\"GET square\": no path begins without a slash"),
            ("  /square: {job: square}", "5:3: routes.\"/square\": is no route; write a method and a path"),
            ("  FETCH /square: {job: square}", "5:3: routes.\"FETCH /square\": is no route; write a method"),
            (
                "  GET /jobs/{id}: {job: square}",
                "5:3: routes.\"GET /jobs/{id}\": collides with Levee's own paths below /jobs"
            ),
            ("  ANY /{path...}: {job: square}", "5:3: routes.\"ANY /{path...}\": would take Levee's own paths as well"),
            (
                "  GET /a//b: {job: square}",
                "5:3: routes.\"GET /a//b\": has an empty segment, which no path would match"
            ),
            ("  GET /a/../b: {job: square}", "5:3: routes.\"GET /a/../b\": has the segment .., which clients resolve"),
            ("  GET /a/{b...}/c: {job: square}", "5:3: routes.\"GET /a/{b...}/c\": nothing comes after {b...}"),
            ("  GET /a/{b}/{b}: {job: square}", "5:3: routes.\"GET /a/{b}/{b}\": the name b stands twice"),
            ("  GET /a: {job: squar}", "5:17: routes.\"GET /a\".job: there is no job type squar; did you mean square?"),
            ("  GET /a: {}", "5:3: routes.\"GET /a\": has no job; write job with one of the types"),
            ("  GET /a: {job: square, wait: 1h}", "5:31: routes.\"GET /a\".wait: \"1h\" is out of range"),
            (
                "  GET /a/{x}: {job: square}\n  GET /a/b: {job: square}",
                "6:3: routes.\"GET /a/b\": collides with routes.\"GET /a/{x}\""
            ),
            ("  ANY /a/{x}: {job: square}\n  PUT /a/{x}: {job: square}", "6:3: routes.\"PUT /a/{x}\": collides with"),
            (
                "  POST /a: {job: square, status: '/a/{id}'}\n  GET /a/b: {job: square}",
                "6:3: routes.\"GET /a/b\": collides with routes.\"POST /a\".status"
            ),
            ("  POST /a: {job: square, status: /b}", "5:34: routes.\"POST /a\".status: has to hold the id of the job"),
            (
                "  GET /a/{b}:\n    job: square\n    payload: {c: '${path.d}'}",
                "7:18: routes.\"GET /a/{b}\".payload: ${path.d} is no name in the path of the route; it has b"
            ),
            (
                "  GET /a:\n    job: square\n    payload: {c: '${cookie}'}",
                "7:18: routes.\"GET /a\".payload: ${cookie} is no source"
            ),
            (
                "  GET /a:\n    job: square\n    payload: {c: '${body:date}'}",
                "7:18: routes.\"GET /a\".payload: ${body:date} names no kind"
            ),
            (
                "  GET /a:\n    job: square\n    payload: all",
                "7:14: routes.\"GET /a\".payload: does not fit here; write body"
            ),
            (
                "  GET /a: {job: square, target: /b}",
                "5:33: routes.\"GET /a\".target: has no use: the jobs of square are not"
            ),
            ("  GET /a: {job: remote, target: b}", "5:33: routes.\"GET /a\".target: is no path; write a path"),
            (
                "  GET /a: {job: remote, target: '/${query.q}'}",
                "5:33: routes.\"GET /a\".target: takes more than the path"
            ),
        ]
    )
    func said(routes: String, beginning: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Self.jobs + routes + "\n", to: "levee.yaml")
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationLoader(environment: [:], file: file).load()
        }
        let lines = (error?.description ?? "").split(separator: "\n").map { $0.replacing(file + ":", with: "") }
        #expect(lines.contains { $0.hasPrefix(beginning) }, "\(lines)")
    }

    @Test("methods of one path may have routes of their own")
    func methods() throws {
        let folder = try TemporaryFolder()
        let routes = "  GET /a/{x}: {job: square}\n  PUT /a/{x}: {job: remote, target: '/${path.x}'}\n"
        let file = try folder.write(Self.jobs + routes, to: "levee.yaml")
        let configuration = try ConfigurationLoader(environment: [:], file: file).load()
        #expect(configuration.routes.map(\.name) == ["GET /a/{x}", "PUT /a/{x}"])
    }
}
