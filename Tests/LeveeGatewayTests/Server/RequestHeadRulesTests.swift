// Tests of the heads that the decoder lets pass.

import NIOHTTP1
import Testing

@testable import LeveeGateway

@Suite("Request heads")
struct RequestHeadRulesTests {
    private func head(
        _ uri: String,
        method: HTTPMethod = .GET,
        version: HTTPVersion = .http1_1,
        _ headers: HTTPHeaders = ["Host": "a"]
    ) -> HTTPRequestHead {
        HTTPRequestHead(version: version, method: method, uri: uri, headers: headers)
    }

    @Test(
        "have a path, whichever form the target had",
        arguments: [
            ("/", "/", "a"), ("/a//b?c=http://d", "/a//b?c=http://d", "a"), ("http://b/c?d", "/c?d", "b"),
            ("HTTP://B:80", "/", "B:80"), ("https://b?c", "/?c", "b"), ("http://user@b/", "/", "user@b"),
            ("http:///c", "/c", ""),
        ]
    )
    func targets(target: String, path: String, host: String) throws {
        var head = head(target)
        #expect(try RequestHeadRules.settle(&head) == false)
        #expect(head.uri == path)
        #expect(head.headers["host"] == [host])
    }

    @Test("have an asterisk for options only")
    func asterisk() throws {
        var options = head("*", method: .OPTIONS)
        #expect(try RequestHeadRules.settle(&options) == false)
        var get = head("*")
        #expect(throws: Problem.invalidTarget) { try RequestHeadRules.settle(&get) }
    }

    @Test("have no other targets", arguments: ["", "livez", "a:80", "ftp://a/b", "javascript:x", "?a", "../livez"])
    func otherTargets(target: String) {
        var head = head(target)
        #expect(throws: Problem.invalidTarget) { try RequestHeadRules.settle(&head) }
    }

    @Test(
        "are the last ones where the protocol says so or would change",
        arguments: [
            ("1.1", [:], false), ("1.1", ["Connection": "keep-alive"], false), ("1.0", [:], true),
            ("1.0", ["Connection": "keep-alive"], true), ("1.1", ["Connection": "Close"], true),
            ("1.1", ["Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c"], true),
            ("1.1", ["Upgrade": "h2c"], false), ("1.1", ["Connection": "upgrade"], false),
        ] as [(String, [String: String], Bool)]
    )
    func last(version: String, fields: [String: String], isLast: Bool) throws {
        let headers = HTTPHeaders(fields.map { ($0.key, $0.value) })
        var head = head("/", version: version == "1.0" ? .http1_0 : .http1_1, headers)
        #expect(try RequestHeadRules.settle(&head) == isLast)
        #expect((head.headers["connection"] == ["close"]) == isLast)
    }

    @Test(
        "know one transfer coding",
        arguments: ["gzip", "gzip, chunked", "chunked, chunked", "identity", "xchunked", ""]
    )
    func transferCodings(coding: String) throws {
        var head = head("/", method: .POST, ["Transfer-Encoding": coding])
        #expect(throws: Problem.unsupportedTransferCoding) { try RequestHeadRules.settle(&head) }
    }

    @Test("know it from HTTP/1.1 on, and once")
    func chunked() throws {
        var head = head("/", method: .POST, ["Transfer-Encoding": "Chunked"])
        #expect(try RequestHeadRules.settle(&head) == false)
        head.headers.add(name: "transfer-encoding", value: "chunked")
        #expect(throws: Problem.unsupportedTransferCoding) { try RequestHeadRules.settle(&head) }
        var old = self.head("/", method: .POST, version: .http1_0, ["Transfer-Encoding": "chunked"])
        #expect(throws: Problem.self) { try RequestHeadRules.settle(&old) }
    }
}
