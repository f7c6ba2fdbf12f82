// Appends to a ledger, each line with one write(2).

import Foundation

/// A ledger that could not be written.
package struct LedgerFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// Appends lines to a file that other processes may append to as well.
///
/// Each line is one write at the end of the file, so lines do not mix, and a writer that is killed leaves whole lines.
package final class LedgerWriter: Sendable {
    private let descriptor: Int32
    private let path: String

    /// Opens a ledger, new or not.
    package init(path: String) throws {
        descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        self.path = path
        guard descriptor >= 0 else { throw LedgerFailure("cannot open \(path): errno \(errno)") }
    }

    deinit {
        close(descriptor)
    }

    /// Writes an event with the present time.
    package func write(_ event: Event) throws {
        try write(line: Entry(event))
    }

    /// Writes one line.
    package func write(line: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var bytes = try encoder.encode(line)
        bytes.append(0x0A)
        let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        guard count == bytes.count else { throw LedgerFailure("wrote \(count) of \(bytes.count) bytes to \(path)") }
    }
}
