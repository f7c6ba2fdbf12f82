// The API key of the client commands.

import ArgumentParser
import Foundation

/// Where the commands find the key that they send. Not on the command line, where every process could read it.
struct KeyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file with the API key in its first line.",
            discussion: "Default: the key in LEVEE_API_KEY.",
            valueName: "path"
        )
    )
    var keyFile: String?

    /// The key.
    ///
    /// - Returns: The key; `nil` if there is none, as where the front end asks for none.
    /// - Throws: ``ClientFailure`` if the file cannot be read, or holds no key.
    func key() throws(ClientFailure) -> String? {
        guard let keyFile else {
            let key = ProcessInfo.processInfo.environment["LEVEE_API_KEY"] ?? ""
            return key.isEmpty ? nil : try Self.checked(key, from: "LEVEE_API_KEY")
        }
        let shown = LineText.quoted(keyFile)
        let text: String
        do throws(FileReadError) {
            text = try FilePath.read(keyFile, limit: 4096)
        } catch {
            throw ClientFailure(.usage, "\(shown): \(error.message)")
        }
        return try Self.checked(text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "", from: shown)
    }

    /// A key can stand in a header field: printable ASCII without blanks.
    private static func checked(_ key: String, from place: String) throws(ClientFailure) -> String {
        guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ClientFailure(.usage, "\(place) holds no API key; put there what `levee key` has printed as key")
        }
        return key
    }
}
