// The append-only file of a Redis that does not run.

import Foundation

/// Where Redis keeps its data, and what a crash in the middle of a write leaves there.
package struct AppendOnlyFile {
    /// What Redis writes of a script that stores one key (redis.io, "Redis persistence"): nothing of it counts without its end.
    private static let transaction = Data(
        ["MULTI", "SET levee:{00}:torn 1", "EXEC"].flatMap { line -> [UInt8] in
            let words = line.split(separator: " ")
            return Array("*\(words.count)\r\n".utf8) + words.flatMap { Array("$\($0.utf8.count)\r\n\($0)\r\n".utf8) }
        }
    )

    private let path: String

    /// Finds the file that Redis appends to.
    ///
    /// - Parameter folder: The folder of Redis.
    /// - Throws: If there is none.
    package init(folder: String) throws {
        let manifest = "\(folder)/appendonlydir/appendonly.aof.manifest"
        let lines = String(decoding: FileManager.default.contents(atPath: manifest) ?? Data(), as: UTF8.self)
        // A line is `file <name> seq <number> type <b, h or i>`; the last of type i is the one that grows.
        let words = lines.split(separator: "\n").map { $0.split(separator: " ") }
        guard let line = words.last(where: { $0.count >= 6 && $0[5] == "i" }) else {
            throw ChaosFailure("\(manifest) names no file")
        }
        path = "\(folder)/appendonlydir/\(line[1])"
    }

    /// Appends a transaction that was not written to its end; all that is there stays.
    ///
    /// - Parameter length: How many bytes of it were written; beyond its length counting begins anew.
    /// - Returns: Whether it was appended. A file that is torn already is left as it is.
    /// - Throws: If the file cannot be read or written.
    @discardableResult
    package func tear(after length: Int) throws -> Bool {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? file.close() }
        guard Self.isWhole(try file.readToEnd() ?? Data()) else { return false }
        try file.write(contentsOf: Self.transaction.prefix(1 + length % (Self.transaction.count - 1)))
        return true
    }

    /// Whether commands end where the bytes end, and no transaction is open there.
    static func isWhole(_ bytes: Data) -> Bool {
        var rest = bytes[...]
        var isOpen = false
        /// Reads `*<number>` or `$<number>`.
        func number(_ mark: UInt8) -> Int? {
            guard rest.first == mark, let end = rest.firstIndex(of: 0x0A) else { return nil }
            let digits = rest[rest.startIndex + 1..<end].dropLast()
            rest = rest[(end + 1)...]
            return Int(String(decoding: digits, as: UTF8.self))
        }
        while !rest.isEmpty {
            guard let count = number(0x2A) else { return false }
            for place in 0..<count {
                guard let length = number(0x24), rest.count >= length + 2 else { return false }
                if place == 0, count == 1 {
                    let name = String(decoding: rest.prefix(length), as: UTF8.self).uppercased()
                    if name == "MULTI" { isOpen = true }
                    if name == "EXEC" { isOpen = false }
                }
                rest = rest.dropFirst(length + 2)
            }
        }
        return !isOpen
    }
}
