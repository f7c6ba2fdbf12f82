// What every command that speaks to a front end can be told.

import ArgumentParser
import Foundation

/// Options of the client commands.
struct ClientOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The front end to speak to.", discussion: "Default: LEVEE_URL, else http://127.0.0.1:8080.")
    )
    var url: String?

    @OptionGroup var access: KeyOptions

    @Flag(help: "Print the JSON that the front end answered, and nothing else.")
    var json = false

    /// The front end.
    ///
    /// - Returns: A client for it.
    /// - Throws: ``ClientFailure`` if the URL is none, or the key cannot be read.
    func frontEnd() throws(ClientFailure) -> FrontEnd {
        let text = url ?? ProcessInfo.processInfo.environment["LEVEE_URL"] ?? "http://127.0.0.1:8080"
        return try FrontEnd(text, key: access.key())
    }
}

/// How a job is named on the command line: by its id, or by any of its addresses.
struct JobArgument: ParsableArguments {
    @Argument(help: "The id of the job, or any of its addresses.")
    var job: String

    /// The last part of an address, or what was given.
    var id: String {
        let path = job.split(separator: "?").first.map(String.init) ?? job
        return path.split(separator: "/").last.map(String.init) ?? path
    }
}
