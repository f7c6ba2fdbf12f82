// The handler of all jobs of a run: writes into the ledger when it begins and ends, and does what its payload says.

package import Foundation
import LeveeLedger

/// One attempt at a job, in a process of its own.
package struct ChaosHandler {
    /// What an attempt leaves behind.
    package struct Outcome {
        /// The exit status: 0 for done, 75 for put off, 1 for failed.
        package var status: Int32
        package var result: Data
    }

    private let ledger: LedgerWriter
    private let id: String
    private let fence: Int
    private let attempt: Int

    /// Reads what a worker tells its programs.
    package init(ledger path: String, environment: [String: String]) throws {
        guard let id = environment["LEVEE_JOB_ID"],
            let fence = environment["LEVEE_FENCE"].flatMap({ Int($0) }),
            let attempt = environment["LEVEE_ATTEMPT"].flatMap({ Int($0) })
        else { throw ChaosFailure("a handler is started by a worker of a chaos run") }
        ledger = try LedgerWriter(path: path)
        self.id = id
        self.fence = fence
        self.attempt = attempt
    }

    /// Makes the attempt.
    package func run(_ payload: Data) throws -> Outcome {
        let order = try JSONDecoder().decode(JobOrder.self, from: payload)
        try ledger.write(.started(id: id, label: order.label, fence: fence, attempt: attempt, pid: getpid()))
        usleep(UInt32(order.milliseconds) * 1_000)
        let status: Int32 =
            switch order.kind {
            case .flaky where attempt <= order.failures: 1
            case .shy where fence == 1: 75
            default: 0
            }
        guard status == 0 else {
            try ledger.write(.ended(id: id, fence: fence, digest: nil))
            return Outcome(status: status, result: Data())
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let result = try encoder.encode(
            JobReceipt(id: id, label: order.label, fence: fence, attempt: attempt, filling: order.filling)
        )
        try ledger.write(.ended(id: id, fence: fence, digest: Digest.of(result)))
        return Outcome(status: 0, result: result)
    }
}
