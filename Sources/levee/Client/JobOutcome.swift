// What has become of a job, for scripts to go by.

import Foundation
import NIOHTTP1

/// The end of a job.
struct JobOutcome {
    private let status: String
    private let line: String

    /// - Parameter document: The status body of the HTTP contract.
    init(_ document: [String: Any]) {
        status = document["status"] as? String ?? ""
        line = StatusLine(document).text
    }

    /// Does nothing if the job has succeeded.
    ///
    /// - Throws: ``ClientFailure`` with the exit status of whatever else it came to.
    func check() throws(ClientFailure) {
        switch status {
        case "succeeded": return
        case "canceled": throw ClientFailure(.canceled, line)
        case "failed": throw ClientFailure(.failed, line)
        default: throw ClientFailure(.pending, "the job has not ended: \(line); levee wait waits for it")
        }
    }

    /// Reads what a job that succeeded has left.
    static func result(of id: String, at frontEnd: FrontEnd) async throws -> FrontEnd.Answer {
        let answer = try await frontEnd.send(.GET, "/resources/\(FrontEnd.escaped(id))")
        guard (200..<300).contains(answer.status) else { throw ClientFailure(answer) }
        return answer
    }
}

/// Standard output, for bytes.
enum Output {
    static func write(_ bytes: [UInt8]) {
        try? FileHandle.standardOutput.write(contentsOf: Data(bytes))
    }
}
