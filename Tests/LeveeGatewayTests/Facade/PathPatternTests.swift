// Patterns of paths: what they match, what they cannot, and which two of them collide.

import Testing

@testable import LeveeGateway

@Suite struct PathPatternTests {
    @Test func namesStandForSegmentsAndForTheRest() throws {
        let films = try PathPattern("/films/{id}/frames")
        #expect(films.match("/films/7%20a/frames") == ["id": "7%20a"])
        for path in [
            "/films/7", "/films//frames", "/films/7/frames/", "/films/../frames", "films/7/frames", "/Films/7/frames",
        ] {
            #expect(films.match(path) == nil, "\(path)")
        }
        let shop = try PathPattern("/shop/{path...}")
        #expect(shop.match("/shop/a/b//c/") == ["path": "a/b//c/"])
        #expect(shop.match("/shop") == nil)
        for path in ["/shop/../admin", "/shop/a/%2e%2E/b", "/shop/."] { #expect(shop.match(path) == nil, "\(path)") }
        #expect("\(shop)" == "/shop/{path...}")
    }

    @Test(
        arguments: [
            "films", "/", "//a", "/a/", "/a//b", "/a/./b", "/a/../b", "/a b", "/a?b", "/a/{}", "/a/{b-c}", "/a/x{b}",
            "/a/{b}/{b}", "/a/{b...}/c", "/{all...}", "/{a}/b", "/jobs/{id}", "/Resources", "/livez", "/a/{b", "/ä",
            "/a/*",
        ]
    )
    func whatNothingWouldMatchIsRefused(text: String) throws {
        #expect(throws: PathPattern.Fault.self) { try PathPattern(text) }
    }

    @Test(
        arguments: [
            ("/a/{x}", "/a/b", true), ("/a/{x}", "/a/{y}", true), ("/a/{x...}", "/a/b/c", true),
            ("/a/{x}", "/a/b/c", false),
            ("/a/{x...}", "/a", false), ("/a/b", "/a/c", false), ("/a/{x}/c", "/a/b/{y}", true), ("/a/b", "/a/b", true),
        ]
    )
    func patternsCollideWhereAPathFitsBoth(left: String, right: String, wanted: Bool) throws {
        let (left, right) = (try PathPattern(left), try PathPattern(right))
        #expect(left.overlaps(right) == wanted)
        #expect(right.overlaps(left) == wanted)
    }
}
