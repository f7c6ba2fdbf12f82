// Runs the built `levee` as a real process.

import Foundation
import Testing

/// What a run of `levee` came to.
struct LeveeRun {
    var status: Int32
    var output: String
    var errors: String
}

/// Runs `levee`, which lies beside the test bundle, and waits for its end.
func runLevee(
    _ arguments: String...,
    environment: [String: String] = [:],
    in folder: String = "/"
) throws -> LeveeRun {
    try runLevee(arguments: arguments, environment: environment, in: folder)
}

/// Runs `levee`, which lies beside the test bundle, and waits for its end.
func runLevee(arguments: [String], environment: [String: String], in folder: String) throws -> LeveeRun {
    let bundle = try #require(Bundle.main.executableURL).resolvingSymlinksInPath()
    let process = Process()
    process.executableURL = bundle.deletingLastPathComponent().appending(path: "levee")
    process.arguments = arguments
    process.environment = environment
    process.currentDirectoryURL = URL(filePath: folder)
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let written = try output.fileHandleForReading.readToEnd() ?? Data()
    let complained = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return LeveeRun(
        status: process.terminationStatus,
        output: String(decoding: written, as: UTF8.self),
        errors: String(decoding: complained, as: UTF8.self)
    )
}
