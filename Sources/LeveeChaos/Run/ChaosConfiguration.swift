// The levee.yaml of a run.

import Foundation

/// The types of jobs that a run submits, and their configuration. All are run by one program, which goes by its payload.
enum ChaosConfiguration {
    /// Writes the configuration to its place.
    static func write(_ settings: ChaosSettings, ledger: String) throws {
        let text = """
            worker:
              slots: \(settings.slots)
              lease: \(settings.lease)s
              drainGrace: \(settings.grace)s
            log:
              level: info
            jobs:
            \(JobKind.allCases.map { job($0, settings: settings, ledger: ledger) }.joined(separator: "\n"))
            """
        try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: settings.configurationPath))
    }

    private static func job(_ kind: JobKind, settings: ChaosSettings, ledger: String) -> String {
        """
          \(kind.rawValue):
            handler:
              exec:
                command: [\((settings.handler + [ledger]).map(quoted).joined(separator: ", "))]
                resultType: application/json
            queue: \(kind.queue)
            timeout: 1m
            retries: {maxAttempts: \(settings.attempts), base: 200ms, cap: 2s}
        """
    }

    private static func quoted(_ text: String) -> String {
        "\"\(text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\""))\""
    }
}
