// `levee key`: a new API key.

import ArgumentParser
import LeveeCore

/// Makes a key, and says what of it belongs into the configuration.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make a new API key.",
        discussion: """
            Prints the key, for the client, and its SHA-256, for levee.yaml; nobody can make the one of the other. To \
            replace a key, write the new one beside the old one, and take that away once nobody uses it any more.
            """
    )

    @Flag(help: "Print JSON, and nothing else.")
    var json = false

    func run() throws {
        let secret = APIKey.newSecret()
        let hash = Hexadecimal.text(APIKey.digest(of: secret))
        if json { return Output.write(try JSONText.line(["key": secret, "sha256": hash])) }
        print("key     \(secret)\nsha256  \(hash)")
    }
}
