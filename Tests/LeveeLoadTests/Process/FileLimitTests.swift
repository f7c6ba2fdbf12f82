// The limit on open files.

import Testing

@testable import LeveeLoad

struct FileLimitTests {
    @Test func `the soft limit is raised only as far as needed`() throws {
        #expect(try FileLimit.softLimit(for: 100, soft: 1_024, hard: 4_096) == nil)
        #expect(try FileLimit.softLimit(for: 2_000, soft: 1_024, hard: 4_096) == 2_064)
    }

    @Test func `too low a hard limit is told, with what to do`() {
        let error = LoadPlanError.tooManyFiles(needed: 10_064, limit: 4_096)
        #expect(throws: error) { try FileLimit.softLimit(for: 10_000, soft: 1_024, hard: 4_096) }
        #expect(error.description.contains("ulimit -Hn 10064"))
    }

    @Test func `as many files as there may be are got, and none are given up`() {
        let (soft, hard) = FileLimit.current
        #expect(FileLimit.raise(to: 1) == soft)
        #expect(FileLimit.raise(to: soft) == soft)
        #expect(FileLimit.current == (soft, hard))
    }

    @Test func `the limits of this process are known`() {
        let (soft, hard) = FileLimit.current
        #expect(soft > 0)
        #expect(soft <= hard)
    }
}
