// JSON that commands print.

import Foundation

/// Writes values as JSON.
enum JSONText {
    /// One line with the keys in order, as UTF-8.
    ///
    /// - Parameter document: Dictionaries, arrays, strings, numbers and flags.
    /// - Returns: The line with its end.
    /// - Throws: What JSONSerialization finds wrong with the values.
    static func line(_ document: [String: Any]) throws -> [UInt8] {
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try JSONSerialization.data(withJSONObject: document, options: options)) + [0x0A]
    }
}
