// Checks that the programs which the configuration names are there.

import Foundation
import LeveeHandlers

/// Looks for what exec handlers run.
struct ProgramCheck {
    /// The environment of the process, for its `PATH`.
    var environment: [String: String]

    /// What is wrong with the programs and their folders, in the order of the file.
    func problems(in configuration: Configuration) -> [ConfigurationProblem] {
        let reading = ConfigurationReading(again: configuration)
        for (name, job) in configuration.jobs {
            guard case .exec(let program) = job.handler else { continue }
            let path = SettingPath("jobs", name, "handler", "exec")
            if let complaint = complaint(about: program) {
                reading.report(complaint, at: path.appending("command").appending(index: 0))
            }
            if let folder = program.workingDirectory, !isFolder(folder) {
                let shown = LineText.quoted(folder, limit: 1_000)
                reading.report("there is no folder \(shown)", at: path.appending("workingDirectory"))
            }
            if !program.limits.isEmpty, isMissing(ProgramLimits.tool, in: environment["PATH"]) {
                let key = program.limits.memoryBytes == nil ? "cpuTime" : "memory"
                let message = "needs the program \(ProgramLimits.tool), which is not in PATH; install util-linux"
                reading.report(message, at: path.appending(key))
            }
        }
        return reading.ranked
    }

    private func complaint(about definition: ExecDefinition) -> String? {
        guard let program = definition.command.first else { return nil }
        if program.contains("/") { return complaint(aboutFile: program) }
        return isMissing(program, in: definition.environment["PATH"] ?? environment["PATH"])
            ? "there is no program \(LineText.quoted(program)) in PATH; install it or write its path" : nil
    }

    private func isMissing(_ program: String, in search: String?) -> Bool {
        let folders = (search ?? "").split(separator: ":").map { FilePath.absolute(program, in: String($0)) }
        return !folders.contains { complaint(aboutFile: $0) == nil }
    }

    private func complaint(aboutFile path: String) -> String? {
        let shown = LineText.quoted(path, limit: 1_000)
        guard FileManager.default.fileExists(atPath: path) else {
            return "there is no program \(shown); a path in this file is relative to the folder of the file"
        }
        if isFolder(path) { return "\(shown) is a folder; name the program in it" }
        return FileManager.default.isExecutableFile(atPath: path)
            ? nil : "\(shown) is not executable; run chmod +x on it"
    }

    private func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
