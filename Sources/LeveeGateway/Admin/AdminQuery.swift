// What the queries of the admin door have in common.

import Hummingbird
import LeveeCore

/// Reads parameters of a query, each of which may be missing.
struct AdminQuery {
    let request: Request

    /// A parameter as it came, percent-decoded.
    subscript(name: Substring) -> String? { request.uri.queryParameters[name].map { String($0) } }

    /// How many things to list.
    func limit(standard: Int, most: Int) throws(Problem) -> Int {
        guard let text = self["limit"] else { return standard }
        guard let limit = Int(text), (1...most).contains(limit) else {
            throw .badQuery("limit", "is not a number from 1 to \(most)")
        }
        return limit
    }

    /// A whole number.
    func number(_ parameter: Substring, _ range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = self[parameter] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .badQuery(String(parameter), "is not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The name of a queue or a type.
    func name(_ parameter: Substring) throws(Problem) -> String? {
        guard let text = self[parameter] else { return nil }
        guard Name.isValid(text) else { throw .badQuery(String(parameter), "is not a name") }
        return text
    }

    /// The states of jobs, separated by commas; all where none is named.
    func states() throws(Problem) -> Set<JobState> {
        guard let text = self["state"] else { return Set(JobState.allCases) }
        var states: Set<JobState> = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let state = JobState(rawValue: String(name)) else {
                let known = JobState.allCases.map(\.rawValue).joined(separator: ", ")
                throw .badQuery("state", "names something else than \(known)")
            }
            states.insert(state)
        }
        return states
    }
}
