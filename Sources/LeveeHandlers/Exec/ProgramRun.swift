// One run of a program: its three streams at once, none of them without bounds.

import LeveeCore
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Starts a guarded program, feeds it, and collects what it says.
struct ProgramRun: Sendable {
    /// What tells the guard to kill the program and all that it has started.
    static let endNow = Signal.userDefinedOne

    /// What a program came to.
    struct Output: Sendable {
        var result: ContentCollector
        var errorText = ""
        var status: TerminationStatus
    }

    private enum Stream: Sendable {
        case input
        case output(ContentCollector)
        case error(String)
    }

    let configuration: Subprocess.Configuration
    let maxOutputBytes: Int
    /// How long it can take at most until a canceled program has ended.
    let stopLimit: Duration

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - payload: What it finds on its standard input.
    ///   - collector: What takes in its standard output.
    /// - Returns: What it has written and how it ended; incomplete if the task was canceled.
    /// - Throws: `JobFailure` if it could not be started, wrote too much, or could not be spoken to; `BlobError` if payload or
    ///   result could not be read or written.
    func run(with payload: ContentReader, into collector: ContentCollector) async throws -> Output {
        do {
            let result = try await Subprocess.run(
                configuration,
                input: .inputWriter,
                output: .sequence,
                error: .sequence
            ) { execution in
                let output = try await converse(with: execution, payload: payload, collector: collector)
                if Task.isCancelled { await awaitEnd(of: execution) }
                return output
            }
            var output = result.closureResult
            output.status = result.terminationStatus
            return output
        } catch let error as SubprocessError {
            throw error.failure
        }
    }

    private func converse(
        with execution: Execution<CustomWriteInput, SequenceOutput, SequenceOutput>,
        payload: ContentReader,
        collector: ContentCollector
    ) async throws -> Output {
        try await withThrowingTaskGroup(of: Stream.self) { group in
            group.addTask {
                do {
                    try await feed(payload, to: execution.standardInputWriter)
                    return .input
                } catch let error as BlobError {
                    try? execution.send(signal: Self.endNow)
                    throw error
                }
            }
            group.addTask {
                do {
                    return .output(try await collect(execution.standardOutput, in: collector))
                } catch  where error is JobFailure || error is BlobError {
                    try? execution.send(signal: Self.endNow)
                    throw error
                }
            }
            group.addTask { .error(try await tail(of: execution.standardError)) }
            var output = Output(result: collector, status: .exited(0))
            for try await stream in group {
                switch stream {
                case .input: break
                case .output(let result): output.result = result
                case .error(let text): output.errorText = text
                }
            }
            return output
        }
    }

    /// Waits for a canceled program to end, which the run itself sees to. To return earlier would close the streams, and a
    /// program that says a last word would die of it before it has tidied up. A signal that does nothing to a guard is
    /// the way to wait.
    private func awaitEnd(of execution: Execution<CustomWriteInput, SequenceOutput, SequenceOutput>) async {
        await execution.teardown(using: [.send(signal: .resume, allowedDurationToNextStep: stopLimit)])
    }

    /// Writes the payload; a program that does not want it, or not all of it, may close its standard input.
    private func feed(_ payload: ContentReader, to writer: StandardInputWriter) async throws {
        var payload = payload
        do {
            while let piece = try await payload.next() { _ = try await writer.write(piece) }
        } catch let error as SubprocessError {
            guard error.underlyingError == .brokenPipe else { throw error }
        }
        try await writer.finish()
    }

    private func collect(_ stream: SubprocessOutputSequence, in collector: ContentCollector) async throws
        -> ContentCollector
    {
        var collector = collector
        for try await buffer in stream {
            guard collector.length + buffer.count <= maxOutputBytes else {
                throw JobFailure(
                    code: JobFailure.outputTooLargeCode,
                    detail: "the program wrote more than the \(maxOutputBytes) bytes that its type allows",
                    disposition: .final
                )
            }
            try await collector.append(buffer.withUnsafeBytes { Array($0) })
            CrashPoint.handlerRunning.reach()
        }
        return collector
    }

    private func tail(of stream: SubprocessOutputSequence) async throws -> String {
        var tail = ErrorTail()
        for try await buffer in stream {
            buffer.withUnsafeBytes { tail.append($0) }
        }
        return tail.text
    }
}

extension ProgramRun.Output {
    /// Holds the way the program ended to the rules.
    ///
    /// - Throws: What it failed of, if it did.
    func check() throws(JobFailure) {
        switch status {
        case .exited(0): break
        case .exited(ProcessGuard.cannotStartStatus) where errorText.hasPrefix(ProcessGuard.complaint):
            throw .missing(String(errorText.dropFirst(ProcessGuard.complaint.count)))
        case .exited(75):
            throw JobFailure(
                code: JobFailure.tryAgainCode,
                detail: describe("exit status 75 (try again later)"),
                disposition: .throttle(after: retryAfter)
            )
        case .exited(65):
            throw JobFailure(
                code: JobFailure.invalidInputCode,
                detail: describe("exit status 65 (the input is wrong)"),
                disposition: .final
            )
        case .exited(let status):
            throw JobFailure(
                code: JobFailure.exitStatusCode,
                detail: describe("exit status \(status)"),
                disposition: .retry(after: retryAfter)
            )
        case .signaled(SIGXCPU):
            throw JobFailure(
                code: JobFailure.cpuTimeCode,
                detail: describe("it used up the processor time that its type allows")
            )
        case .signaled(let signal):
            throw JobFailure(code: JobFailure.signalCode, detail: describe("ended by signal \(SignalName(signal))"))
        }
    }

    /// What the program asked for with the last line of its standard error, `Retry-After: 30`: seconds, a week at most.
    private var retryAfter: Duration? {
        let words = errorText.split(separator: "\n").last?.split(separator: ":", maxSplits: 1)
        guard let words, words.count == 2, words[0].lowercased() == "retry-after",
            let seconds = Int(words[1].drop { $0 == " " }), (0...604_800).contains(seconds)
        else { return nil }
        return .seconds(seconds)
    }

    private func describe(_ end: String) -> String {
        errorText.isEmpty ? "\(end), nothing on standard error" : "\(end): \(errorText)"
    }
}

extension SubprocessError {
    /// What a failure between the worker and the program means for the job.
    fileprivate var failure: JobFailure {
        switch code {
        case .spawnFailed, .executableNotFound, .failedToChangeWorkingDirectory:
            // The program itself has been looked for: this is the guard, or a machine at its limits.
            JobFailure(code: JobFailure.startFailedCode, detail: description, disposition: .throttle(after: nil))
        default: JobFailure(code: JobFailure.pipeCode, detail: description)
        }
    }
}
