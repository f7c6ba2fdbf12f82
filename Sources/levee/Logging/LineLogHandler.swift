// Writes each log event as one line.

import Foundation
import LeveeCore
import LeveeTracing
import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A log handler for people and for line-based tools: one event is one line, whatever the values hold.
struct LineLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let format: LogFormat
    private let isColored: Bool
    private let writer: LogBatch.Writer
    private let now: @Sendable () -> Timestamp

    /// Creates a handler.
    ///
    /// - Parameters:
    ///   - label: The label of the logger.
    ///   - level: The least level that is logged.
    ///   - format: What a line looks like.
    ///   - isColored: Whether the levels of text are coloured.
    ///   - metadataProvider: What each event of a task has in common.
    ///   - now: The time of an event.
    ///   - write: Takes each line, with its line feed, or several; all of it has to be written at once.
    init(
        label: String = "levee",
        level: Logger.Level,
        format: LogFormat = .text,
        isColored: Bool = false,
        metadataProvider: Logger.MetadataProvider? = nil,
        now: @escaping @Sendable () -> Timestamp = { .systemTime },
        write: @escaping @Sendable ([UInt8]) -> Void = StandardError.write
    ) {
        self.label = label
        logLevel = level
        self.format = format
        self.isColored = isColored
        self.metadataProvider = metadataProvider
        self.now = now
        writer = LogBatch.Writer(write)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = LogLine(time: now(), level: event.level, logger: label, message: event.message.description)
        // The nearest first: it counts where two have the same key.
        if let error = event.error { line.add("error", "\(error)") }
        line.add(event.metadata)
        line.add(metadataProvider?.get())
        line.add(metadata)
        LogBatch.write(format == .json ? line.json : line.text(isColored: isColored), by: writer)
    }
}

/// The standard error of the process, as logs need it.
enum StandardError {
    /// Whether somebody sees colours there: it is a terminal, and `NO_COLOR` (no-color.org) does not ask for none.
    static func isColored(environment: [String: String]) -> Bool {
        environment["NO_COLOR"]?.isEmpty ?? true && Terminal.isCapable(STDERR_FILENO, environment: environment)
    }

    /// Writes lines with one call of the system, so that lines of several threads or processes do not mix; a log that cannot be
    /// written has nobody to be told to.
    @Sendable
    static func write(_ lines: [UInt8]) {
        lines.withUnsafeBytes { bytes in
            var rest = bytes
            while let start = rest.baseAddress, !rest.isEmpty {
                let count = systemWrite(STDERR_FILENO, start, rest.count)
                guard count > 0 else {
                    if errno == EINTR { continue }
                    return
                }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
        }
    }

    private static func systemWrite(_ file: Int32, _ start: UnsafeRawPointer, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.write(file, start, count)
        #elseif canImport(Musl)
            Musl.write(file, start, count)
        #elseif canImport(Darwin)
            Darwin.write(file, start, count)
        #endif
    }
}

extension Timestamp {
    /// The time by the clock of this machine: for logs only, never for jobs.
    fileprivate static var systemTime: Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }
}
