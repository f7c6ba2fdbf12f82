// Lines that are written together.

import LeveeTracing
import Synchronization
import Testing

@Suite struct LogBatchTests {
    /// What was written, a text for each call.
    private final class Calls: Sendable {
        private let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
        var writer: LogBatch.Writer {
            LogBatch.Writer { lines in self.texts.withLock { $0.append(String(decoding: lines, as: UTF8.self)) } }
        }
    }

    @Test func linesOfAStepAreWrittenWhenItIsOver() {
        let calls = Calls()
        let writer = calls.writer
        LogBatch.write(Array("alone\n".utf8), by: writer)
        #expect(calls.all == ["alone\n"])
        LogBatch.gather {
            LogBatch.write(Array("one\n".utf8), by: writer)
            LogBatch.write(Array("two\n".utf8), by: writer)
            #expect(calls.all.count == 1)
        }
        #expect(calls.all == ["alone\n", "one\ntwo\n"])
    }

    @Test func noCallHasMoreThanAPipeTakesAsAWhole() {
        let calls = Calls()
        let writer = calls.writer
        let line = String(repeating: "x", count: 999) + "\n"
        let long = String(repeating: "y", count: 9_999) + "\n"
        LogBatch.gather {
            for text in [line, line, line, line, line, long, line] { LogBatch.write(Array(text.utf8), by: writer) }
        }
        #expect(calls.all == [line + line + line + line, line, long, line])
    }

    @Test func linesOfTwoWritersAreWrittenEachByItsOwn() {
        let (some, others) = (Calls(), Calls())
        let (writer, other) = (some.writer, others.writer)
        LogBatch.gather {
            LogBatch.write(Array("one\n".utf8), by: writer)
            LogBatch.write(Array("two\n".utf8), by: other)
            LogBatch.write(Array("three\n".utf8), by: other)
            LogBatch.write(Array("four\n".utf8), by: writer)
        }
        #expect(some.all == ["one\n", "four\n"])
        #expect(others.all == ["two\nthree\n"])
    }

    @Test func aStepWithoutLinesWritesNothing() {
        LogBatch.gather {}
    }
}
