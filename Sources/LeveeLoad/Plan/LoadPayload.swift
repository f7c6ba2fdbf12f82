// What the jobs carry, and what must come back.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The payload of each job and how its result is verified.
public enum LoadPayload: Sendable, Equatable {
    /// `{"number":n}` with another n for each job; the result must be `{"square":n*n}`.
    case numbers
    /// The same bytes for each job. With an expected result that must come back to the byte, without one any 2xx will do.
    case fixed([UInt8], mediaType: String, expected: [UInt8]?)

    /// What fits a type of the sample configuration: numbers for `square`, an echo for `echo`, a second for `sleep`, else an
    /// empty JSON object.
    ///
    /// - Parameter type: The job type.
    /// - Returns: The payload.
    public static func standard(for type: String) -> LoadPayload {
        let text = Array(#"{"text":"levee"}"#.utf8)
        return switch type {
        case "square": .numbers
        case "echo": .fixed(text, mediaType: "application/json", expected: text)
        case "sleep":
            .fixed(
                Array(#"{"seconds":1}"#.utf8),
                mediaType: "application/json",
                expected: Array(#"{"slept":1}"#.utf8)
            )
        default: .fixed(Array("{}".utf8), mediaType: "application/json", expected: nil)
        }
    }

    var mediaType: String {
        switch self {
        case .numbers: "application/json"
        case .fixed(_, let mediaType, _): mediaType
        }
    }

    /// Whether it is known what must come back.
    var isKnownResult: Bool {
        switch self {
        case .numbers: true
        case .fixed(_, _, let expected): expected != nil
        }
    }

    /// The payload of a job, by its number.
    func bytes(ofJob number: Int) -> [UInt8] {
        switch self {
        case .numbers: Array(#"{"number":\#(Self.operand(ofJob: number))}"#.utf8)
        case .fixed(let bytes, _, _): bytes
        }
    }

    /// Whether a result is the one that this job must have.
    func accepts(_ result: [UInt8], ofJob number: Int) -> Bool {
        switch self {
        case .numbers:
            let operand = Self.operand(ofJob: number)
            // The built-in handler writes it like this; others may write the same JSON in another way.
            if result == Array(#"{"square":\#(operand * operand)}"#.utf8) { return true }
            let square = try? JSONDecoder().decode(Square.self, from: Data(result))
            return square?.square == operand * operand
        case .fixed(_, _, let expected):
            return expected.map { $0 == result } ?? true
        }
    }

    private struct Square: Decodable {
        var square: Int
    }

    /// Neighbours differ, and no square comes near the limits of JSON numbers.
    private static func operand(ofJob number: Int) -> Int { number % 1_000_000 + 1 }
}
