// One log event is one line.

import LeveeCore
import Logging
import Synchronization
import Testing

@testable import levee

@Suite("Log lines")
struct LineLogHandlerTests {
    /// Gathers what a handler writes.
    private final class Lines: Sendable {
        private let written = Mutex<[String]>([])
        var all: [String] { written.withLock { $0 } }
        func append(_ line: String) { written.withLock { $0.append(line) } }
    }

    private struct Mishap: Error, CustomStringConvertible {
        let description = "two\nlines"
    }

    private let lines = Lines()
    private var logger: Logger {
        Logger(label: "test") { [lines] _ in
            LineLogHandler(
                level: .info,
                now: { Timestamp(milliseconds: 1_795_301_000_123) },
                write: { lines.append($0) }
            )
        }
    }

    @Test("hold time, level, message and the sorted values")
    func line() {
        logger.warning("job failed", metadata: ["job": "00k1", "attempt": "2"])
        #expect(lines.all == ["2026-11-21T22:43:20.123Z warning job failed attempt=2 job=00k1\n"])
    }

    @Test("stay one line whatever is logged")
    func escaping() {
        logger.info(
            "a\nb\u{1B}[1m\u{2028}",
            metadata: ["k k": "x \"y\" \\ \r\n", "empty": "", "pair": "a=b", "u": "\u{E9}"]
        )
        #expect(
            lines.all == [
                #"2026-11-21T22:43:20.123Z info a\nb\u{1b}[1m\u{2028} empty="" "k k"="x \"y\" \\ \r\n" pair="a=b" u=é"#
                    + "\n"
            ]
        )
    }

    @Test("show the error")
    func error() {
        logger.error("failed", error: Mishap())
        #expect(lines.all == [#"2026-11-21T22:43:20.123Z error failed error="two\nlines""# + "\n"])
    }

    @Test("are written from the level on, which like the values belongs to each logger")
    func values() {
        var first = logger
        first[metadataKey: "only"] = "first"
        var second = first
        second.logLevel = .error
        second[metadataKey: "only"] = "second"
        first.debug("nothing")
        second.info("nothing")
        first.info("one", metadata: ["only": "event"])
        first.info("two")
        second.error("three")
        #expect(
            lines.all.map { $0.dropFirst(25) } == [
                "info one only=event\n", "info two only=first\n", "error three only=second\n",
            ]
        )
    }
}
