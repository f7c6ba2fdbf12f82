// Runs of a program in a worker of their own, so that what they leave behind can be counted.

import Subprocess
import Testing

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// What the fixture says after its runs.
struct HostRun {
    /// `ok`, or the code of the failure that ended the runs.
    let outcome: String
    /// How many descriptors are open that were not before the second run.
    let newFiles: Int
    /// How many children have ended and were not taken leave of.
    let zombies: Int
    /// The most bytes of memory that the process has held.
    let peakMemory: Int

    init(times: Int, program: String, _ arguments: String...) async throws {
        let run = try await Subprocess.run(
            .path(FilePath(guardFixture)),
            arguments: Arguments(["host", String(times), program] + arguments),
            input: .none,
            output: .string(limit: 4_096),
            error: .discarded
        )
        let words = run.standardOutput.split(whereSeparator: \.isWhitespace)
        try #require(words.count == 4, "\(run)")
        outcome = String(words[0])
        newFiles = try #require(Int(words[1]))
        zombies = try #require(Int(words[2]))
        peakMemory = try #require(Int(words[3])) * 1_024
        try #require(peakMemory > 0)
    }
}
