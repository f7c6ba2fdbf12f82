// Reads ledgers back.

package import Foundation

/// What a ledger holds.
package struct Ledger<Line: Decodable & Sendable>: Sendable {
    package var lines: [Line] = []
    /// Whether the last line was torn and left out: its writer was killed in the middle.
    package var isTorn = false

    /// Reads a ledger.
    ///
    /// - Throws: If a line other than a torn last one makes no sense.
    package init(path: String) throws {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw LedgerFailure("cannot read \(path)")
        }
        do {
            try self.init(bytes)
        } catch let failure as LedgerFailure {
            throw LedgerFailure("\(path): \(failure)")
        }
    }

    /// Reads a ledger from its bytes.
    package init(_ bytes: Data) throws {
        let decoder = JSONDecoder()
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            guard line.endIndex < bytes.endIndex else {
                isTorn = !line.isEmpty
                return
            }
            do {
                lines.append(try decoder.decode(Line.self, from: line))
            } catch {
                throw LedgerFailure("line \(index + 1) makes no sense: \(error)")
            }
        }
    }
}
