// Redis URLs, right and wrong.

import LeveeRedis
import Testing

@Suite struct RedisEndpointTests {
    @Test(arguments: [
        ("redis://localhost", RedisEndpoint(address: .tcp(host: "localhost", port: 6379))),
        ("redis://h:1234/", RedisEndpoint(address: .tcp(host: "h", port: 1234))),
        ("redis://[::1]:7/3", RedisEndpoint(address: .tcp(host: "::1", port: 7), database: 3)),
        ("redis://[::1]", RedisEndpoint(address: .tcp(host: "::1", port: 6379))),
        ("redis://:p%40ss:x@h/2", RedisEndpoint(address: .tcp(host: "h", port: 6379), password: "p@ss:x", database: 2)),
        ("redis://me:pw@h", RedisEndpoint(address: .tcp(host: "h", port: 6379), username: "me", password: "pw")),
        ("unix:///run/redis.sock", RedisEndpoint(address: .unix(path: "/run/redis.sock"))),
        ("unix:///a%20b?db=4", RedisEndpoint(address: .unix(path: "/a b"), database: 4)),
        ("unix://:pw@/s", RedisEndpoint(address: .unix(path: "/s"), password: "pw")),
    ])
    func parses(url: String, endpoint: RedisEndpoint) throws {
        #expect(try RedisEndpoint(url) == endpoint)
    }

    @Test(arguments: [
        ("http://h", RedisEndpointError.unknownScheme), ("h:6379", .unknownScheme), ("rediss://h", .tlsUnsupported),
        ("redis://", .missingHost), ("redis://:6379", .missingHost), ("redis://h:0", .invalidPort("0")),
        ("redis://h:65536", .invalidPort("65536")), ("redis://h:x", .invalidPort("x")),
        ("redis://h:", .invalidPort("")),
        ("redis://[::1]7", .invalidPort("7")), ("redis://h/x", .invalidDatabase("x")),
        ("redis://h/-1", .invalidDatabase("-1")), ("unix://relative", .invalidSocketPath("relative")),
        ("unix:///s?db=x", .invalidDatabase("x")), ("unix:///s?name=x", .unknownParameter("name")),
        ("redis://a:%zz@h", .invalidPercentEncoding), ("redis://a:%f@h", .invalidPercentEncoding),
        ("redis://a:%ff@h", .invalidPercentEncoding), ("redis://a:%+1@h", .invalidPercentEncoding),
        ("redis://h:+1", .invalidPort("+1")), ("redis://h/+1", .invalidDatabase("+1")),
    ])
    func refuses(url: String, error: RedisEndpointError) {
        #expect(throws: error) { try RedisEndpoint(url) }
    }

    @Test func refusesASocketPathThatTheSystemCannotBind() {
        let path = "/" + String(repeating: "x", count: 107)
        #expect(throws: RedisEndpointError.invalidSocketPath(path)) { try RedisEndpoint("unix://\(path)") }
    }

    @Test func theDescriptionShowsNoCredentials() throws {
        #expect(try RedisEndpoint("redis://me:secret@[::1]:7/3").description == "redis://[::1]:7/3")
        #expect(try RedisEndpoint("unix://me:secret@/s?db=1").description == "unix:///s?db=1")
    }
}
