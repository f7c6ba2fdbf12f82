// Tests of the dashboard's page and files: who gets them, and what browsers may do with them.

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LeveeCore
import LeveeDashboard
import LeveeTesting
import Testing

@testable import LeveeGateway

@Suite("The dashboard's files")
struct DashboardRoutesTests {
    private static let keys = APIKeyRing([
        APIKey(name: "reader", digest: APIKey.digest(of: "reads"), scopes: [.read]),
        APIKey(name: "operator", digest: APIKey.digest(of: "operates"), scopes: [.admin]),
    ])

    private func withDoor(
        keys: APIKeyRing = APIKeyRing(),
        _ setup: TestingSetup = .router,
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let door = AdminDoor(testing: InMemoryStore(), keys: keys, now: WallClock.now)
        try await door.application().test(setup) { try await body(DescribedClient($0)) }
    }

    private static func text(_ asset: DashboardAsset) -> String { String(decoding: asset.bytes, as: UTF8.self) }

    @Test("the page comes with a policy that lets it run nothing but its own files")
    func page() async throws {
        try await withDoor { client in
            let page = try await client.send(.get, "/")
            #expect(page.status == .ok)
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(
                page.headers[.contentSecurityPolicy] == """
                    default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; \
                    base-uri 'none'; form-action 'none'; frame-ancestors 'none'
                    """
            )
            #expect(page.headers[.xContentTypeOptions] == "nosniff")
            #expect(page.headers[.referrerPolicy] == "no-referrer")
            #expect(page.headers[.cacheControl] == "no-cache")
            let tag = try #require(page.headers[.eTag])
            let again = try await client.send(.get, "/", [.ifNoneMatch: tag])
            #expect(again.status == .notModified)
            #expect(again.body.readableBytes == 0)
            let head = try await client.send(.head, "/")
            #expect((head.status, head.body.readableBytes) == (.ok, 0))
            #expect(try await client.send(.options, "/").headers[.allow] == "GET, HEAD, OPTIONS")
            try (try await client.send(.post, "/")).expectProblem(405, "method-not-allowed")
        }
    }

    @Test("every file that is asked for is there, and every file that is there is asked for")
    func files() async throws {
        try await withDoor { client in
            let page = Self.text(.page)
            var wanted = Set(page.matches(of: /"assets\/([a-z.]+)"/).map { String($0.output.1) })
            for asset in DashboardAsset.all {
                let source = Self.text(asset)
                wanted.formUnion(source.matches(of: /from '\.\/([a-z]+\.js)'/).map { String($0.output.1) })
                let answer = try await client.send(.get, "/assets/\(asset.name)")
                #expect(answer.status == .ok)
                #expect(answer.headers[.contentType] == asset.mediaType)
                #expect(answer.headers[.xContentTypeOptions] == "nosniff")
                #expect(answer.string == source)
            }
            #expect(wanted == Set(DashboardAsset.all.map(\.name)))
            try (try await client.send(.get, "/assets/nothing.js")).expectProblem(404, "unknown-asset")
        }
    }

    @Test("nothing in them is inline, comes from elsewhere, or makes HTML of texts")
    func sources() {
        #expect(
            Self.text(.page).firstMatch(of: /<style|style=|\son[a-z]+=|<script(?! type="module" src="assets)/) == nil
        )
        for asset in DashboardAsset.all + [.page] {
            let source = Self.text(asset).replacing("http://www.w3.org/2000/svg", with: "")
            #expect(source.firstMatch(of: /https?:\/\/|\bimport\(|@import/) == nil, "\(asset.name)")
            #expect(
                source.firstMatch(
                    of: /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|Function\(/
                )
                    == nil,
                "\(asset.name)"
            )
        }
    }

    @Test("anybody may have page and files; what they show takes a key that is good for it")
    func keys() async throws {
        try await withDoor(keys: Self.keys) { client in
            for path in ["/", "/assets/app.js", "/assets/icon.svg"] {
                #expect(try await client.send(.get, path).status == .ok)
            }
            let events = "/dashboard/events?count=1"
            try (try await client.send(.get, events)).expectProblem(401, "unauthorized")
            try (try await client.send(.get, events, [.authorization: "Bearer reads"])).expectProblem(403, "forbidden")
        }
        try await withDoor(keys: Self.keys, .live) { client in
            let seen = try await client.send(.get, "/dashboard/events?count=1", [.authorization: "Bearer operates"])
            #expect(seen.status == .ok)
            #expect(seen.string.hasPrefix("event: history\ndata: {\"times\":["))
            #expect(seen.string.contains("\n\nevent: snapshot\ndata: {\"time\":\""))
        }
    }

    @Test("a bad number of snapshots is refused", arguments: ["0", "-1", "x", "1000001"])
    func count(text: String) async throws {
        try await withDoor { client in
            try (try await client.send(.get, "/dashboard/events?count=\(text)")).expectProblem(400, "invalid-query")
        }
    }

    @Test("pages of others change nothing, whatever the dashboard can do")
    func foreignPages() async throws {
        let store = InMemoryStore()
        let job = NewJob(
            id: store.newID(),
            type: "echo",
            queue: "small",
            payload: Content(mediaType: "text/plain", bytes: [1])
        )
        _ = try await store.submit(job, rules: QueueRules(name: "small"))
        let door = AdminDoor(testing: store, now: WallClock.now)
        try await door.application().test(.live) { client in
            let port = try #require(client.port)
            let origins = ["http://evil.example", "null", "http://127.0.0.1:1"].map { "Origin: \($0)" }
            for field in origins + ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site"] {
                for line in [
                    "POST /queues/small/pause", "POST /queues/small/purge", "POST /jobs/\(job.id)/cancel",
                    "POST /jobs/\(job.id)/retry", "DELETE /jobs/\(job.id)", "DELETE /queues/small/dead",
                    "POST /queues/small/dead/retry",
                ] {
                    // What a form or a script of another site can send without being asked before.
                    let answer = try await RawConnection.exchange(
                        port: port,
                        "\(line) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\(field)\r\n"
                            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n"
                            + "Connection: close\r\n\r\na=b",
                        closing: false
                    )
                    expectProblem(answer, 403, "foreign-origin")
                }
            }
            for path in ["/dashboard/events", "/jobs/\(job.id)", "/jobs/\(job.id)/payload"] {
                let answer = try await RawConnection.exchange(
                    port: port,
                    "GET \(path) HTTP/1.1\r\nHost: evil.example:\(port)\r\nConnection: close\r\n\r\n",
                    closing: false
                )
                expectProblem(answer, 421, "misdirected")
            }
            let own = try await RawConnection.exchange(
                port: port,
                "POST /queues/small/pause HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nOrigin: http://127.0.0.1:\(port)\r\n"
                    + "Sec-Fetch-Site: same-origin\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                closing: false
            )
            #expect(own.hasPrefix("HTTP/1.1 200 "))
        }
        #expect(try await store.job(job.id)?.state == .queued)
        #expect(try await store.figures(of: "small").isPaused, "by the door's own page")
    }
}
