// Sizes as people write them.

import Testing

@testable import levee

@Suite("Sizes")
struct SizeTextTests {
    @Test(
        "are bytes, with or without a unit",
        arguments: [
            ("0", 0), ("4096", 4_096), ("12B", 12), ("64KiB", 65_536), ("1MiB", 1_048_576), ("2GiB", 2_147_483_648),
            ("10kB", 10_000), ("10KB", 10_000), ("10MB", 10_000_000), ("1GB", 1_000_000_000), ("64kib", 65_536),
            ("64 KiB", 65_536),
        ]
    )
    func parses(text: String, bytes: Int) {
        #expect(SizeText.parse(text) == bytes)
    }

    @Test(
        "are nothing else",
        arguments: [
            "", "KiB", "-1", "+1", "1.5MiB", "1K", "1M", "1TB", "1  KiB", "1 ", "99999999999999999999",
            "9223372036854775807KiB",
        ]
    )
    func refuses(text: String) {
        #expect(SizeText.parse(text) == nil)
    }

    @Test("are written as they are read", arguments: ["0B", "1B", "1000", "1kB", "1500B", "64KiB", "10MB", "1GiB"])
    func roundTrip(text: String) throws {
        let bytes = try #require(SizeText.parse(text))
        #expect(SizeText.parse(SizeText.text(bytes)) == bytes)
    }

    @Test("are written in the largest unit that fits")
    func text() {
        #expect(SizeText.text(1_536) == "1536B")
        #expect(SizeText.text(65_536) == "64KiB")
        #expect(SizeText.text(10_000_000) == "10MB")
        #expect(SizeText.text(8 << 20) == "8MiB")
    }
}
