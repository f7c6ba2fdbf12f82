// Log lines of events that belong together, written together: the call of the system costs a good part of a line.

import Synchronization

/// The lines of what is logged in one step.
package final class LogBatch: Sendable {
    /// What writes lines; an object, so that one can be told from another.
    package final class Writer: Sendable {
        /// Writes lines with one call.
        package let write: @Sendable ([UInt8]) -> Void

        /// Creates a writer.
        ///
        /// - Parameter write: Writes lines with one call.
        package init(_ write: @escaping @Sendable ([UInt8]) -> Void) {
            self.write = write
        }
    }

    /// The most bytes that are written with one call: a pipe takes no more as a whole (`PIPE_BUF` of Linux), and lines of
    /// processes that share one must not mix.
    private static let most = 4_096

    private struct State {
        var lines: [UInt8] = []
        var writer: Writer?

        mutating func write() {
            if !lines.isEmpty { writer?.write(lines) }
            lines.removeAll(keepingCapacity: true)
        }
    }

    @TaskLocal private static var current: LogBatch?

    private let state = Mutex(State())

    private init() {}

    /// Does something that logs several events; when it returns, their lines are written.
    package static func gather(_ body: () -> Void) {
        let batch = LogBatch()
        $current.withValue(batch, operation: body)
        batch.state.withLock { $0.write() }
    }

    /// Writes a line, or keeps it until the step is over that the task is in.
    ///
    /// - Parameters:
    ///   - line: The line with its line feed.
    ///   - writer: What writes; lines of another one are written before.
    package static func write(_ line: [UInt8], by writer: Writer) {
        guard let current else { return writer.write(line) }
        current.state.withLock { state in
            if state.writer !== writer || state.lines.count + line.count > most { state.write() }
            state.writer = writer
            state.lines += line
        }
    }
}
