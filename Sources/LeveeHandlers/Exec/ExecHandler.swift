// Runs a program for each job: payload on its standard input, result on its standard output.

public import LeveeCore
public import LeveeWorker
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// Runs any program as a handler.
///
/// The program reads the payload from its standard input, or leaves it, and writes the result to its standard output. It
/// finds `LEVEE_JOB_ID`, `LEVEE_JOB_TYPE`, `LEVEE_ATTEMPT`, `LEVEE_MAX_ATTEMPTS`, `LEVEE_FENCE` and `LEVEE_CONTENT_TYPE`
/// in its environment, `TRACEPARENT` and `TRACESTATE` of the attempt's span, and `LEVEE_EVENTS`, the path of a pipe for lines such as `progress 40`, `stage encoding` or
/// `log done with the first half`; see ``ProgramEvent``. `LEVEE_RESULTS` is a folder: files that the program leaves there are
/// the result in place of its standard output, several as `multipart/mixed`. Exit status 0 means done; 75 (`EX_TEMPFAIL` of
/// sysexits.h) means try again later, without using up an attempt; 65 (`EX_DATAERR`) means that no attempt would help; any
/// other means failed, for the reason that the end of its standard error gives. With `Retry-After: 30` as the last line there it
/// says in how many seconds to try again.
///
/// When the attempt is canceled the program and all that it has started are asked to end, then killed. They are killed
/// as well when the worker dies, whatever it dies of; see ``ProcessGuard``.
public struct ExecHandler: PayloadHandler {
    private let configuration: ExecConfiguration

    /// Creates a handler. From then on the process ignores `SIGPIPE`.
    ///
    /// - Parameter configuration: Which program to run, and how.
    public init(_ configuration: ExecConfiguration) {
        self.configuration = configuration
        ProcessGuard.prepare()
    }

    /// The program is fed while its payload is read.
    public var readsBlobs: Bool { true }

    /// Makes one attempt at a job: runs the program once.
    public func handle(_ job: LeasedJob, payload: Content, context: JobContext) async throws -> JobResult {
        let arguments = try guardArguments()
        let folder = try AttemptFolder()
        defer { folder.remove() }
        let events = try EventsPipe(at: folder.events)
        let run = ProgramRun(
            configuration: Subprocess.Configuration(
                executable: .path(FilePath(configuration.guardExecutable)),
                arguments: Arguments(arguments),
                environment: environment(of: job, payload: payload, folder: folder, trace: context.trace),
                workingDirectory: configuration.workingDirectory.map { FilePath($0) },
                platformOptions: platformOptions
            ),
            maxOutputBytes: configuration.maxOutputBytes,
            stopLimit: configuration.stopGrace + .seconds(5)
        )
        let output = try await events.listening(ProgramListener(context: context)) {
            try await run.run(with: context.reader(of: payload), into: context.collector())
        }
        // A canceled run ends its streams early: what was read may not be all.
        try Task.checkCancellation()
        try output.check()
        return JobResult(content: try await content(output.result, folder, context))
    }

    /// What the program wrote, or the files that it left; not both, since one of them would be lost.
    private func content(
        _ output: ContentCollector,
        _ folder: AttemptFolder,
        _ context: JobContext
    ) async throws -> Content {
        let files = try ResultFiles(in: folder.results, maxBytes: configuration.maxOutputBytes)
        guard !files.isEmpty else { return try await output.finish(as: configuration.resultMediaType) }
        guard output.length == 0 else {
            throw JobFailure(
                code: JobFailure.invalidResultCode,
                detail:
                    "the program wrote to its standard output and left files in LEVEE_RESULTS; the result is one of them",
                disposition: .final
            )
        }
        return try await files.content(in: context.collector())
    }

    /// What the guard is called with: the program, by way of what sets its limits if it has any.
    private func guardArguments() throws(JobFailure) -> [String] {
        var program = try configuration.programPath()
        var words = [configuration.program] + configuration.arguments
        if !configuration.limits.isEmpty {
            words = configuration.limits.words(
                program: program,
                arguments: configuration.arguments,
                grace: configuration.stopGrace
            )
            program = try configuration.limiterPath()
        }
        return try ProcessGuard.arguments(program: program, words: words, executable: configuration.guardExecutable)
    }

    private func environment(
        of job: LeasedJob,
        payload: Content,
        folder: AttemptFolder,
        trace: TraceContext?
    ) -> Environment {
        // The worker's own connection may carry a password.
        var variables: [Environment.Key: String?] = [:]
        variables.updateValue(nil, forKey: "LEVEE_REDIS")
        for (name, value) in configuration.environment { variables[Environment.Key(stringLiteral: name)] = value }
        variables["LEVEE_JOB_ID"] = job.lease.id.text
        variables["LEVEE_JOB_TYPE"] = job.type
        variables["LEVEE_ATTEMPT"] = "\(job.attempt)"
        variables["LEVEE_MAX_ATTEMPTS"] = "\(job.maxAttempts)"
        variables["LEVEE_FENCE"] = "\(job.lease.fence)"
        variables["LEVEE_CONTENT_TYPE"] = payload.mediaType
        variables["LEVEE_EVENTS"] = folder.events
        variables["LEVEE_RESULTS"] = folder.results
        // Those that the worker itself was started with belong to another trace.
        variables.updateValue(trace?.traceparent, forKey: "TRACEPARENT")
        variables.updateValue(trace?.state.nonEmpty, forKey: "TRACESTATE")
        return .inherit.updating(variables)
    }

    /// Guard and program have a process group of their own. The guard passes on the request to end and knows all that
    /// the program has started; should it not manage to end them in two seconds, the group is killed.
    private var platformOptions: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .send(signal: .terminate, allowedDurationToNextStep: configuration.stopGrace),
            .send(signal: ProgramRun.endNow, allowedDurationToNextStep: .seconds(2)),
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1)),
        ]
        return options
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
