// A command line as one would type it.

/// Writes command lines for a shell.
enum CommandText {
    /// The words of a command, those quoted that a shell would take apart or change.
    static func line(_ words: [String]) -> String { words.map(word).joined(separator: " ") }

    private static func word(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "/", ":", ",", "=", "+", "@", "%": true
                default: false
                }
            }
        return isPlain ? word : "'\(word.replacing("'", with: #"'\''"#))'"
    }
}
