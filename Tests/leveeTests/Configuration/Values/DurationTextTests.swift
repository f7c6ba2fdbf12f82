// Durations as people write them.

import LeveeCore
import Testing

@testable import levee

@Suite("Durations")
struct DurationTextTests {
    @Test(
        "are numbers with units, the larger first",
        arguments: [
            ("0s", 0), ("500ms", 500), ("30s", 30_000), ("5m", 300_000), ("24h", 86_400_000), ("7d", 604_800_000),
            ("1h30m", 5_400_000), ("1d2h3m4s5ms", 93_784_005), ("90m", 5_400_000),
        ] as [(String, Int64)]
    )
    func parses(text: String, milliseconds: Int64) {
        #expect(DurationText.parse(text) == .milliseconds(milliseconds))
    }

    @Test(
        "are nothing else",
        arguments: [
            "", "30", "s", "-1s", "+1s", "1.5s", "1 s", "1S", "1w", "30m1h", "1s1s", "1s ", "99999999999999999999s",
            "9223372036854775807d", "9223372036854775807ms1ms", "١s",
        ]
    )
    func refuses(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test("are written as they are read", arguments: ["0s", "1ms", "999ms", "1m30s", "1d", "7d12h", "1h1ms"])
    func roundTrip(text: String) throws {
        #expect(DurationText.text(try #require(DurationText.parse(text))) == text)
    }
}
