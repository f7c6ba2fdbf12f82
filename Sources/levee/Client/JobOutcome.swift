// What has become of a job, for scripts to go by.

import Foundation

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
}

/// Standard output, for bytes.
enum Output {
    static func write(_ bytes: [UInt8]) {
        try? FileHandle.standardOutput.write(contentsOf: Data(bytes))
    }

    /// A word to whoever reads along, on standard error: programs read nothing but what they have asked for.
    static func note(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data("levee: \(text)\n".utf8))
    }
}
