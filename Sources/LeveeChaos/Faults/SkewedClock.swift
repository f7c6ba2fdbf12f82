// The clock of a process that has the library SkewedClock preloaded.

import Foundation

/// Sets the wall clock of one program, and of no other.
package struct SkewedClock: Sendable {
    private let library: String
    private let file: String

    /// Prepares a clock that is right.
    ///
    /// - Parameters:
    ///   - library: Where the library lies.
    ///   - file: Where to say by how much the clock is off.
    /// - Throws: If there is no library, or the file cannot be written.
    package init(library: String, file: String) throws {
        guard FileManager.default.fileExists(atPath: library) else {
            throw ChaosFailure("\(library) is missing; make chaos builds it")
        }
        self.library = library
        self.file = file
        guard FileManager.default.createFile(atPath: file, contents: Data(count: 8)) else {
            throw ChaosFailure("cannot write \(file)")
        }
    }

    /// What has to be in the environment of the program.
    package var environment: [String: String] { ["LD_PRELOAD": library, "SKEWED_CLOCK": file] }

    /// Sets the clock, also of a program that runs.
    ///
    /// - Parameter seconds: How many seconds it is ahead of the clock of the machine.
    /// - Throws: If the file cannot be written.
    package func set(ahead seconds: Int64) throws {
        // Written over, not anew: the program has this very file in its memory.
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
        defer { try? handle.close() }
        try handle.write(contentsOf: withUnsafeBytes(of: seconds) { Data($0) })
    }
}
