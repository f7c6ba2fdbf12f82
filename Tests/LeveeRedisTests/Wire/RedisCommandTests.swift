// Commands as values.

import LeveeRedis
import Testing

@Suite struct RedisCommandTests {
    @Test func argumentsComeBackAsTheyWentIn() {
        var command = RedisCommand("HSET", "key", 42)
        command.append([0, 255] as [UInt8])
        command.append("")
        command.append(bytes: [1, 2, 3][1...])
        #expect(command.name == "HSET")
        #expect(command.arguments == [Array("HSET".utf8), Array("key".utf8), Array("42".utf8), [0, 255], [], [2, 3]])
        #expect(["GET", "a"] == RedisCommand("GET", "a"))
    }

    @Test func theDescriptionShowsNoArgument() {
        #expect(RedisCommand("AUTH", "secret").description == "AUTH (1 arguments)")
    }
}
