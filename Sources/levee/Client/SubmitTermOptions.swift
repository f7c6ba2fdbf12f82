// What `levee submit` can ask of a job beside its payload.

import ArgumentParser
import LeveeCore

/// Options that become header fields of the submit.
struct SubmitTermOptions: ParsableArguments {
    @Option(help: ArgumentHelp("high, normal or low.", valueName: "name"))
    var priority: String?

    @Option(
        help: ArgumentHelp("How long the job is to wait before it is ready, such as 90s or 2h."),
        transform: seconds
    )
    var delay: Int?

    @Option(help: ArgumentHelp("How long it may then wait for its start."), transform: seconds)
    var startTimeout: Int?

    @Option(help: ArgumentHelp("How long it may take in all before it is canceled."), transform: seconds)
    var cancelAfter: Int?

    /// The header fields.
    var headers: [(String, String)] {
        var headers: [(String, String)] = []
        if let priority { headers.append(("Priority", priority)) }
        for (name, value) in [("Delay", delay), ("Start-Timeout", startTimeout), ("Cancel-After", cancelAfter)] {
            if let value { headers.append((name, "\(value)")) }
        }
        return headers
    }

    private static func seconds(_ text: String) throws -> Int {
        guard let duration = DurationText.parse(text), duration.milliseconds % 1_000 == 0 else {
            throw ValidationError("write whole seconds with their unit, such as 90s or 1h30m")
        }
        return Int(duration.milliseconds / 1_000)
    }
}
