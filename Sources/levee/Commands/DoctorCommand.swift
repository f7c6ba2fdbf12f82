// `levee doctor`: is everything in Redis as the layout says?

import ArgumentParser
import LeveeStore

/// Examines what lies in Redis, and mends it if that is wanted.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check that all jobs, lines, leases and figures in Redis agree, and mend what does not.",
        discussion: """
            Reads Redis a little at a time, so it may run beside front ends and workers; without --repair it writes nothing. \
            Exit status: 0 nothing is wrong, or nothing any more, 1 something is.
            """
    )

    @Flag(help: "Mend what is wrong, as far as it can be mended.")
    var repair = false
    @Flag(help: "Print JSON, and nothing else.")
    var json = false
    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    func run() async throws {
        let configuration = try options.load(needsFile: false)
        let line = LiveLine(isQuiet: json)
        let patience = Patience(line.isRewritten ? .milliseconds(200) : .seconds(5))
        let repair = repair
        let json = json
        let blobs = try await Deployment.blobs(configuration.blobs)
        try await Deployment.inspect(configuration) { store in
            let examination = try await store.examine(repair: repair, blobs: blobs) { progress in
                guard patience.isOver() else { return }
                line.show("read \(progress.keys) keys, looked at \(progress.looked)", isDue: true)
            }
            line.clear()
            let report = DoctorReport(examination, isRepair: repair)
            Output.write(json ? try JSONText.line(report.document) : Array(report.text.utf8))
            guard report.examination.isSound else { throw ClientFailure(.unavailable, report.verdict) }
        }
    }
}
