// A job's record: little where it is held, and a value all the same.

import Testing

@testable import LeveeCore

@Suite struct JobRecordTests {
    private let record = JobRecord(
        id: JobID(trusted: "00000g40r40m30e2094vznv1g4xg"),
        type: "echo",
        queue: "default",
        priority: .normal,
        state: .queued,
        version: 1,
        fence: 0,
        attempt: 0,
        failures: 0,
        stalls: 0,
        maxAttempts: 1,
        ticket: 1,
        createdAt: Timestamp(milliseconds: 0),
        updatedAt: Timestamp(milliseconds: 0),
        expiresAt: Timestamp(milliseconds: 1)
    )

    /// Each request that waits has many copies in its frames.
    @Test func itTakesOneWord() {
        #expect(MemoryLayout<JobRecord>.size == MemoryLayout<Int>.size)
    }

    @Test func aChangeIsOfOneCopyOnly() {
        var copy = record
        #expect(copy == record)
        copy.state = .running
        copy.progress.percent = 7
        #expect(record.state == .queued)
        #expect(record.progress.percent == 0)
        #expect(copy != record)
        (copy.state, copy.progress) = (record.state, record.progress)
        #expect(copy == record)
    }
}
