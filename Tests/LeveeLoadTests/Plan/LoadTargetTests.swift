// Base URLs.

import Testing

@testable import LeveeLoad

struct LoadTargetTests {
    @Test(arguments: [
        ("http://127.0.0.1:8080", "127.0.0.1", 8080, "", "127.0.0.1:8080"),
        ("http://LOCALHOST", "localhost", 80, "", "localhost"),
        ("http://localhost:80/", "localhost", 80, "", "localhost"),
        ("http://[::1]:9000/queue/", "::1", 9000, "/queue", "[::1]:9000"),
        ("http://levee.example/a/b", "levee.example", 80, "/a/b", "levee.example"),
    ])
    func `a base URL is taken apart`(url: String, host: String, port: Int, path: String, authority: String) throws {
        let target = try LoadTarget(url)
        #expect(target.host == host)
        #expect(target.port == port)
        #expect(target.path == path)
        #expect(target.authority == authority)
    }

    @Test(arguments: [
        "https://localhost", "localhost:8080", "ftp://localhost", "http://", "http://:80", "http://localhost:0",
        "http://localhost:65536", "http://localhost:+80", "http://localhost:", "http://a@localhost",
        "http://localhost/?a",
        "http://localhost/#a", "http://local host", "http://localhost/\r\nX: y", "http://[::1", "http://[::1]80",
        "http://é.example",
    ])
    func `what is no base URL is refused`(url: String) {
        #expect {
            try LoadTarget(url)
        } throws: { error in
            guard case .invalidURL(url, _) = error as? LoadPlanError else { return false }
            return true
        }
    }

    @Test(arguments: [
        ("http://localhost", true), ("http://127.0.0.1:8080", true), ("http://127.8.9.10", true),
        ("http://[::1]", true),
        ("http://10.0.0.1", false), ("http://127.0.0.1.example", false), ("http://128.0.0.1", false),
        ("http://127.0.0.256", false), ("http://localhost.example", false), ("http://[::2]", false),
    ])
    func `only this machine is loopback`(url: String, isLoopback: Bool) throws {
        #expect(try LoadTarget(url).isLoopback == isLoopback)
    }

    @Test func `a path within is what stands after the base`() throws {
        let target = try LoadTarget("http://localhost:8080/queue")
        #expect(target.path(within: "http://localhost:8080/queue/jobs/1") == "/jobs/1")
        #expect(target.path(within: "http://localhost:8080/queues/jobs/1") == nil)
        #expect(target.path(within: "http://localhost:80801/queue/jobs/1") == nil)
        #expect(target.path(within: "http://localhost:8080/queue") == nil)
    }
}
