// One log event is one line.

import Foundation
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
        func append(_ line: [UInt8]) { written.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
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

    /// A logger of JSON whose task belongs to a trace.
    private var json: Logger {
        Logger(
            label: "test",
            factory: { [lines] label in
                LineLogHandler(
                    label: label,
                    level: .info,
                    format: .json,
                    metadataProvider: Logger.MetadataProvider { ["trace": "t1", "job": "provided"] },
                    now: { Timestamp(milliseconds: 1_795_301_000_123) },
                    write: { lines.append($0) }
                )
            }
        )
    }

    @Test("are JSON objects where that is asked for, with lists, numbers and flags as such")
    func objects() throws {
        json.warning(
            "job \"failed\"\n",
            metadata: [
                "job": "00k1", "attempt": .stringConvertible(2), "duration": .stringConvertible(0.25),
                "last": .stringConvertible(true), "queues": ["a", .stringConvertible(1)], "of": ["k\n": "v\u{1B}\u{0}"],
                "endless": .stringConvertible(Double.infinity), "size": .stringConvertible(UInt64.max),
            ]
        )
        #expect(
            lines.all == [
                #"{"time":"2026-11-21T22:43:20.123Z","level":"warning","message":"job \"failed\"\n","logger":"test","#
                    + #""attempt":2,"duration":0.25,"endless":"inf","job":"00k1","last":true,"#
                    + #""of":{"k\n":"v\u001b\u0000"},"queues":["a",1],"size":18446744073709551615,"trace":"t1"}"#
                    + "\n"
            ]
        )
        _ = try JSONSerialization.jsonObject(with: Data(lines.all[0].utf8))
    }

    @Test("leave the members of JSON objects that are always there alone")
    func reserved() throws {
        json.error("real", error: Mishap(), metadata: ["time": "1", "_time": "2", "message": "fake", "error": "lost"])
        let object = try JSONSerialization.jsonObject(with: Data(lines.all[0].utf8)) as? [String: String]
        #expect(
            object == [
                "time": "2026-11-21T22:43:20.123Z", "level": "error", "message": "real", "logger": "test",
                "__time": "1", "_time": "2", "_message": "fake", "error": "two\nlines", "job": "provided",
                "trace": "t1",
            ]
        )
        #expect(lines.all[0].filter { $0 == "\n" }.count == 1)
    }

    @Test("have their level in colour where that is asked for")
    func colours() {
        let logger = Logger(label: "test") { [lines] _ in
            LineLogHandler(
                level: .info,
                isColored: true,
                now: { Timestamp(milliseconds: 0) },
                write: { lines.append($0) }
            )
        }
        logger.error("x")
        #expect(lines.all == ["1970-01-01T00:00:00.000Z \u{1B}[31merror\u{1B}[0m x\n"])
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
