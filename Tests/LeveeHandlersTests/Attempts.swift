// What the tests of handlers share: a job to hand over, and ways to look at processes.

import LeveeCore
import LeveeHandlers
import LeveeTestSupport
import LeveeWorker
import Logging
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#endif

/// The binary beside the tests' own that knows how to be a guard.
let guardFixture: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/guard-fixture"
}()

func leasedJob(_ payload: Content, type: String = "test", attempt: Int = 1) -> LeasedJob {
    LeasedJob(
        lease: Lease(id: JobID(trusted: "00abcdefghjkmnpqrstvwxyz0123"), fence: 7),
        type: type,
        queue: "default",
        priority: .normal,
        attempt: attempt,
        maxAttempts: 3,
        payload: payload,
        createdAt: Timestamp(milliseconds: 0),
        runsAlone: false
    )
}

extension PayloadHandler {
    /// Makes one attempt.
    func attempt(
        _ payload: Content,
        trace: TraceContext? = nil,
        onProgress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws -> JobResult {
        let job = leasedJob(payload)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let context = JobContext(
            job: job,
            deadline: .now + .seconds(60),
            logger: logger,
            trace: trace,
            onProgress: onProgress
        )
        return try await handle(job, payload: payload, context: context)
    }

    /// Makes one attempt with text.
    func attempt(_ text: String) async throws -> JobResult {
        try await attempt(Content(mediaType: "application/json", bytes: Array(text.utf8)))
    }

    /// Makes one attempt that has to fail as described.
    func failure(_ text: String = "") async throws -> JobFailure {
        let failure = await #expect(throws: JobFailure.self) { try await attempt(text) }
        return try #require(failure)
    }
}

/// Whether a process runs: it is there and no zombie.
func isRunning(_ process: pid_t) -> Bool {
    guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
    return line.drop { $0 != ")" }.dropFirst(2).first != "Z"
}

/// The process ids in a file, as soon as there are as many.
func processes(_ count: Int, in file: String) async throws -> [pid_t] {
    var found: [pid_t] = []
    try await eventually {
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        found = text.split(separator: "\n").compactMap { pid_t($0) }
        return found.count >= count
    }
    return found
}
