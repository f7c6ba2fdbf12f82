// `levee-verdict`: reads the ledgers and the dump of a run, and says of each invariant whether it held.

import Foundation

@main
enum Main {
    static func main() {
        guard CommandLine.arguments.count == 2 else {
            complain("usage: levee-verdict FOLDER")
            exit(2)
        }
        let evidence: Evidence
        do {
            evidence = try Evidence(folder: CommandLine.arguments[1])
        } catch {
            complain("levee-verdict: \(error)")
            exit(2)
        }
        print(evidence.summary)
        let verdicts = Verdict.all(on: evidence)
        for verdict in verdicts { print(verdict.text) }
        exit(verdicts.allSatisfy(\.holds) ? 0 : 1)
    }

    private static func complain(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
