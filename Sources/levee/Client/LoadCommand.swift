// `levee load`: a load test against front ends.

import ArgumentParser
import Foundation
import LeveeCore
import LeveeLoad
import UnixSignals

/// Submits many jobs, follows them to their end, verifies what came of them, and reports how long all that took.
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Put load on front ends and report what they and the workers make of it.",
        discussion: """
            Closed loop: each of --pollers clients submits a job, follows it until it has ended, fetches and verifies the \
            result, and begins again. With --watch they submit nothing: each looks at a job until that has ended. Open loop: with --rate or --steps jobs are begun when they are due, however slow the \
            answers are, and times count from then. Bounded by --jobs and --limit. Exit status 1 if anything went wrong.
            """
    )

    private static let standardClients = 100

    @Option(
        help: ArgumentHelp(
            "A front end; repeat for several: jobs are polled at another one than they were submitted to.",
            discussion: "Default: LEVEE_URL, else http://127.0.0.1:8080."
        )
    )
    var url: [String] = []

    @OptionGroup var access: KeyOptions

    @Option(
        help: ArgumentHelp(
            "The type of the jobs, or several to draw from, such as square,echo,sleep.",
            discussion: "For square, echo and sleep the results are verified."
        )
    )
    var type = "square"

    @Option(
        help: ArgumentHelp(
            "The file with the payload of each job; made up for square, echo and sleep.",
            valueName: "path"
        )
    )
    var payload: String?

    @Option(help: "The media type of that payload.")
    var mediaType = "application/octet-stream"

    @Option(
        help: ArgumentHelp(
            "How clients follow their jobs: they ask by and by, ask with Prefer: wait, or read events.",
            discussion: "With wait and sse, as many connections are opened as clients wait. Default: poll.",
            valueName: "poll|wait|sse"
        ),
        transform: Self.mode
    )
    var mode = DeliveryMode.poll

    @Option(
        help: ArgumentHelp(
            "A job to look at until it has ended, instead of submitting any; repeat for several.",
            valueName: "id"
        )
    )
    var watch: [String] = []

    @Option(help: ArgumentHelp("How many jobs.", discussion: "Default: 1000."))
    var jobs: Int?

    @Option(help: ArgumentHelp("How many clients, in closed loop.", discussion: "Default: 100."))
    var pollers: Int?

    @Option(help: ArgumentHelp("How many jobs are begun in a second, at random times.", valueName: "jobs/s"))
    var rate: Double?

    @Option(help: ArgumentHelp("Rates one after the other, such as 10x30s,100x10s.", valueName: "steps"))
    var steps: String?

    @Option(
        help: ArgumentHelp(
            "How often to poll, such as 10ms, or 0ms; as Retry-After says if missing.",
            valueName: "duration"
        )
    )
    var every: String?

    @Option(help: ArgumentHelp("How long at most, such as 5m.", valueName: "duration"))
    var limit = "5m"

    @Flag(help: "Cancel each job as soon as it is accepted, and see that it ends once.")
    var cancel = false

    @Flag(help: "Leave each job alone as soon as it is accepted.")
    var submitOnly = false

    @Option(
        help: ArgumentHelp(
            "Look at the history of one job in so many, for its times in line and in service; 0 for none.",
            valueName: "n"
        )
    )
    var history = 10

    @Flag(help: "Give up a job that is refused with 503, instead of coming back after Retry-After.")
    var noRetry = false

    @Flag(help: "Give each client a connection of its own.")
    var connectionPerClient = false

    @Flag(help: "Allow front ends on other machines.")
    var remote = false

    @Option(help: "What arrivals and types are drawn from.")
    var seed: UInt64 = 1

    @Flag(help: "Print the report as JSON.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "A file for the report with its plots: one page that needs nothing else.",
            valueName: "path"
        )
    )
    var html: String?

    @Option(help: ArgumentHelp("A file for the course of the test as a picture, an SVG.", valueName: "path"))
    var svg: String?

    @Option(
        help: ArgumentHelp(
            "The admin door that is asked for queues and workers once a second, for --html, --svg and --json.",
            discussion: "Default: LEVEE_ADMIN_URL, else, without --url and LEVEE_URL, http://127.0.0.1:9080.",
            valueName: "url"
        )
    )
    var adminUrl: String?

    func validate() throws {
        guard rate == nil || steps == nil else { throw ValidationError("Give one of --rate and --steps, not both") }
        guard pollers == nil || rate == nil && steps == nil else {
            throw ValidationError("--pollers is for closed loop: leave it out, or leave out --rate and --steps")
        }
        guard mode == .poll || every == nil else {
            throw ValidationError("--every is for --mode poll: leave one of them out")
        }
        guard watch.isEmpty || jobs == nil && rate == nil && steps == nil && !cancel && !submitOnly else {
            throw ValidationError(
                "--watch submits no jobs: leave out --jobs, --rate, --steps, --cancel and --submit-only"
            )
        }
        guard !submitOnly || !cancel else {
            throw ValidationError("--submit-only does nothing after the submit: leave out --cancel")
        }
    }

    func run() async throws {
        let plan = try plan()
        let page = try html.map { path throws(ClientFailure) in try ReportFile(path) }
        let picture = try svg.map { path throws(ClientFailure) in try ReportFile(path) }
        let progress = LoadLine()
        let runner = LoadRunner(plan: plan) { progress.show($0) }
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let report = try await withThrowingTaskGroup(of: LoadReport?.self) { group in
            group.addTask { try await runner.run() }
            group.addTask {
                for await _ in signals { return nil }
                return nil
            }
            // The first to end is the load, or a signal that ends it; its report comes in either case.
            var report: LoadReport?
            for try await ended in group {
                report = report ?? ended
                group.cancelAll()
            }
            return report
        }
        progress.clear()
        guard var report else { throw ClientFailure(.unavailable, "the load test was ended before it began") }
        report.program = .init(version: Version.current, command: command(of: plan))
        print(json ? try report.json : report.text)
        try page?.write(report.html)
        try picture?.write(report.svg)
        if let html, !json { print("the report with its plots: \(LineText.escaped(html))") }
        if !report.isClean { throw ExitCode(1) }
    }

    /// What was typed, with what came from the environment.
    private func command(of plan: LoadPlan) -> String {
        var words = ["levee"] + CommandLine.arguments.dropFirst()
        if url.isEmpty { words += plan.targets.flatMap { ["--url", $0.description] } }
        if adminUrl == nil, let door = plan.adminDoor { words += ["--admin-url", door.description] }
        return CommandText.line(words)
    }

    /// The admin door, if anything is to be shown that only it knows. None is guessed where front ends were named: the one of
    /// this machine may be another deployment's.
    private func adminDoor() throws(LoadPlanError) -> LoadTarget? {
        let environment = ProcessInfo.processInfo.environment
        guard adminUrl != nil || html != nil || svg != nil || json else { return nil }
        let standard = url.isEmpty && environment["LEVEE_URL"] == nil ? "http://127.0.0.1:9080" : nil
        guard let text = adminUrl ?? environment["LEVEE_ADMIN_URL"] ?? standard else { return nil }
        return try LoadTarget(text)
    }

    private func plan() throws -> LoadPlan {
        let urls = url.isEmpty ? [ProcessInfo.processInfo.environment["LEVEE_URL"] ?? "http://127.0.0.1:8080"] : url
        do {
            let types = type.split(separator: ",", omittingEmptySubsequences: false)
            var plan = LoadPlan(
                targets: try urls.map { url throws(LoadPlanError) in try LoadTarget(url) },
                kinds: types.map { LoadKind(type: String($0)) }
            )
            if let payload {
                guard types.count == 1 else {
                    throw ClientFailure(.usage, "--payload is for one type; leave it out, or give one --type")
                }
                guard let bytes = FileManager.default.contents(atPath: payload) else {
                    throw ClientFailure(.usage, "\(LineText.quoted(payload)) cannot be read")
                }
                let expected = type == "echo" ? Array(bytes) : nil
                plan.kinds[0].payload = .fixed(Array(bytes), mediaType: mediaType, expected: expected)
            }
            plan.adminDoor = try adminDoor()
            plan.apiKey = try access.key()
            plan.mode = mode
            plan.watched = watch
            plan.jobs = jobs ?? (watch.isEmpty ? 1_000 : pollers ?? Self.standardClients)
            plan.pacing = try pacing()
            plan.pollInterval = try every.map { .fixed(try Self.duration($0)) } ?? .retryAfter
            plan.timeLimit = try Self.duration(limit)
            plan.cancels = cancel
            plan.follows = !submitOnly
            plan.historySampling = history
            plan.returnsAfterRefusal = !noRetry
            if mode != .poll { plan.connections = .asNeeded }
            if connectionPerClient { plan.connections = .perClient }
            plan.allowsRemote = remote
            plan.seed = seed
            try plan.validate()
            return plan
        } catch let error as LoadPlanError {
            throw ClientFailure(.usage, "\(error)")
        }
    }

    private func pacing() throws -> Pacing {
        if let steps {
            return .openLoop(
                .steps(
                    try steps.split(separator: ",").map { step in
                        let parts = step.split(separator: "x")
                        guard parts.count == 2, let rate = Double(parts[0]) else {
                            throw ClientFailure(
                                .usage,
                                "\(LineText.quoted(step)) is no step; write 10x30s for ten a second"
                            )
                        }
                        return .init(rate: rate, seconds: try Self.duration(String(parts[1])).inSeconds)
                    }
                )
            )
        }
        return rate.map { .openLoop(.poisson(rate: $0)) } ?? .closedLoop(clients: pollers ?? Self.standardClients)
    }

    private static func mode(_ text: String) throws -> DeliveryMode {
        guard let mode = DeliveryMode(rawValue: text) else {
            let names = DeliveryMode.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("\(LineText.quoted(text)) is no mode; there are \(names)")
        }
        return mode
    }

    private static func duration(_ text: String) throws -> Duration {
        guard let duration = DurationText.parse(text) else {
            throw ClientFailure(.usage, "\(LineText.quoted(text)) is no duration; write 500ms, 30s or 5m")
        }
        return duration
    }
}
