// What a program says of itself while it runs, line by line.

import LeveeCore
import LeveeWorker
import Logging

/// A line in the pipe that `LEVEE_EVENTS` names: a word, a blank, and what it is about.
///
///     progress 40          whole per cent; a % after the number is passed over
///     stage encoding       what is being done, a short name
///     message frame 12     a sentence for people, until the next stage
///     log no profile       a line in the worker's log, as information
///     warn no profile      the same as a warning
enum ProgramEvent: Equatable {
    case progress(Int)
    case stage(String)
    case message(String)
    case log(String)
    case warn(String)

    /// Reads a line; `nil` if it is none of these.
    init?(_ line: some StringProtocol) {
        let words = line.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return nil }
        let text = String(words[1].drop { $0 == " " })
        switch words[0] {
        case "progress":
            guard let percent = Int(text.hasSuffix("%") ? text.dropLast() : text[...]), (0...100).contains(percent)
            else { return nil }
            self = .progress(percent)
        case "stage": self = .stage(text)
        case "message": self = .message(text)
        case "log": self = .log(text)
        case "warn": self = .warn(text)
        default: return nil
        }
    }
}

/// Listens to the program of one attempt, and passes on what it says.
struct ProgramListener {
    /// How long a line may be, in bytes; the rest of it is dropped.
    static let maxLineBytes = 1 << 10
    /// How many lines of an attempt reach the worker's log.
    static let maxLogLines = 1_000

    private let context: JobContext
    private var progress = Progress()
    private var line: [UInt8] = []
    private var logged = 0
    private var hasComplained = false

    init(context: JobContext) {
        self.context = context
    }

    /// Takes in what the program wrote; a line counts once it has ended.
    mutating func hear(_ bytes: some Collection<UInt8>) {
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                if line.count < Self.maxLineBytes { line.append(byte) }
                continue
            }
            take(String(decoding: line, as: UTF8.self))
            line.removeAll(keepingCapacity: true)
        }
    }

    private mutating func take(_ line: String) {
        switch ProgramEvent(line) {
        case .progress(let percent):
            report(Progress(percent: percent, stage: progress.stage, message: progress.message))
        case .stage(let stage): report(Progress(percent: progress.percent, stage: stage))
        case .message(let message): report(Progress(percent: progress.percent, stage: progress.stage, message: message))
        case .log(let text): log(.info, text)
        case .warn(let text): log(.warning, text)
        case nil:
            guard !hasComplained else { return }
            hasComplained = true
            context.logger.warning(
                "the program said what Levee does not know; it takes progress, stage, message, log and warn",
                metadata: ["line": "\(line)"]
            )
        }
    }

    private mutating func report(_ next: Progress) {
        progress = next
        context.report(next)
    }

    private mutating func log(_ level: Logger.Level, _ text: String) {
        logged += 1
        guard logged <= Self.maxLogLines else { return }
        context.logger.log(level: level, "\(text)", metadata: ["from": "program"])
        guard logged == Self.maxLogLines else { return }
        context.logger.warning("the program has said so much that the rest of its log lines is dropped")
    }
}
