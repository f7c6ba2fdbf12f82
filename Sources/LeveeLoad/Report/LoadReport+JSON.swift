// The report for programs.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension LoadReport {
    /// The report as JSON, members in alphabetical order; what was not measured is left out.
    public var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    /// Reads a report that was kept as JSON.
    ///
    /// - Parameter json: What `json` gave.
    /// - Throws: `DecodingError`.
    public init(json: String) throws {
        self = try JSONDecoder().decode(LoadReport.self, from: Data(json.utf8))
    }
}

extension LoadReport {
    /// The time now as reports have it.
    static var now: String {
        Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
