// The configuration of a Levee process: what `levee.yaml`, the environment and the command line come to.

import LeveeCore
import LeveeCourier
import LeveeGateway
import LeveeHandlers
import LeveeRedis
import Logging

/// Everything that can be set, checked and complete.
struct Configuration: Sendable, Equatable {
    /// The path of the file, as the user gave it.
    var file: String
    var redis = RedisSettings()
    var server = ServerSettings()
    /// Who may come in; without any, everybody who reaches a front end.
    var keys: [APIKey] = []
    var worker = WorkerSettings()
    var webhooks = WebhookSettings()
    var blobs = BlobSettings()
    var log = LogSettings()
    /// Every queue by its name: those that the file describes, and, without limits, those that only a job type names.
    var queues: [String: QueueRules] = [:]
    /// Every job type by its name.
    var jobs: [String: JobDefinition] = [:]
    /// Paths of the user's own that make jobs, in the order of the file.
    var routes: [RouteDefinition] = []
    /// Where the settings came from; those that are not here are defaults.
    var sources: [SettingPath: Source] = [:]

    /// The job types without their handlers: what a front end needs to know.
    var jobTypes: [String: JobType] { jobs.mapValues(\.type) }

    /// The queues that this worker serves, sorted by name.
    ///
    /// Without `worker.queues` these are all but those whose every job type is handled elsewhere.
    var servedQueues: [QueueRules] {
        let foreign = Set(queues.keys).subtracting(jobs.values.filter { $0.handler != nil }.map(\.type.queue))
            .intersection(jobs.values.map(\.type.queue))
        let names = worker.queues.map(Set.init) ?? Set(queues.keys).subtracting(foreign)
        return names.sorted().map { queues[$0] ?? QueueRules(name: $0) }
    }
}

/// How Redis is reached.
struct RedisSettings: Sendable, Equatable {
    /// Where Redis listens, with user, password and database.
    var endpoint = RedisEndpoint(address: .tcp(host: "127.0.0.1", port: 6379))
    /// What `CLIENT LIST` shows.
    var clientName = "levee"
    /// The absolute path of the file that the password was read from.
    var passwordFile: String?
    /// From how many per cent of its `maxmemory` on no more jobs are taken in.
    var maxMemoryPercent = 90
}

/// How a front end listens.
struct ServerSettings: Sendable, Equatable {
    /// The host name or address to listen on.
    var host = "127.0.0.1"
    /// The port; with 0 the system chooses a free one.
    var port = 8080
    /// The host name or address that the admin door listens on.
    var adminHost = "127.0.0.1"
    /// The port of the admin door; `nil` goes by ``port``.
    var adminPort: Int?
    /// Whether other machines may come in although there are no API keys.
    var isInsecure = false
    /// Whose pages may use the clients' door from browsers.
    var origins = AllowedOrigins.only([])
    /// Whose pages may use the admin door from browsers.
    var adminOrigins = AllowedOrigins.only([])
    /// Under which URL clients reach the front ends, without a slash at its end; `nil` goes by each request's `Host`.
    var publicURL: String?
    /// Whether a submit is answered with 201 instead of 202.
    var answersCreated = false
    /// How polls are answered that do not say how they want to be.
    var polling = PollingStyle()
    /// For how long a front end that was told to stop goes on to serve while it says that it is not ready.
    var drainDelay = Duration.zero
    /// How long a request may take from its first byte to its last.
    var requestTimeout = Duration.seconds(60)
    /// How many connections a front end takes at once.
    var maxConnections = 16_384

    /// Where the admin door listens: a thousand above the port, or below where there is no room; anywhere if the port is.
    var effectiveAdminPort: Int {
        adminPort ?? (port == 0 ? 0 : port > 64_535 ? port - 1_000 : port + 1_000)
    }
}

/// How a worker works.
struct WorkerSettings: Sendable, Equatable {
    /// The id of the worker; `nil` lets it make one up.
    var name: String?
    /// The most jobs to run at once.
    var slots = 4
    /// The most follow-ups of ended jobs to deliver at once, beside the jobs.
    var deliveries = 8
    /// How long a job is held without a heartbeat.
    var lease = Duration.seconds(5)
    /// How long a worker that was told to stop waits for its jobs.
    var drainGrace = Duration.seconds(25)
    /// The host name or address where probes and monitoring are answered.
    var healthHost = "127.0.0.1"
    /// The port where probes and monitoring are answered; `nil` for none.
    var healthPort: Int?
    /// The queues to serve; `nil` for all. See ``Configuration/servedQueues``.
    var queues: [String]?
}

/// How follow-ups of ended jobs are delivered, webhooks above all.
struct WebhookSettings: Sendable, Equatable {
    /// What webhooks are signed with; without any, they are not.
    var secrets: [WebhookSecret] = []
    /// Which receivers there may be.
    var rules = WebhookRules()
    /// How long one attempt may take.
    var timeout = Duration.seconds(15)
    /// When a delivery that failed is tried again, and how often.
    var retry = CourierConfiguration.defaultRetry
}

/// Where payloads and results lie that are too large for Redis.
struct BlobSettings: Sendable, Equatable {
    /// The absolute path of the folder; `nil` if all lie in Redis.
    var folder: String?
    /// The most bytes of a payload or result that lie in Redis.
    var over = 1 << 20
    /// How old a file has to be that is removed because no job refers to it.
    var orphanAge = Duration.seconds(15 * 60)
}

/// What is logged.
struct LogSettings: Sendable, Equatable {
    /// The least level that is logged.
    var level = Logger.Level.info
    /// What a line of the log looks like.
    var format = LogFormat.text
}

/// A job type with what runs its jobs.
struct JobDefinition: Sendable, Equatable {
    var type: JobType
    /// What runs the jobs; `nil` if that is a worker of the user's own.
    var handler: HandlerDefinition?
}

/// What runs the jobs of a type.
enum HandlerDefinition: Sendable, Equatable {
    /// A program.
    case exec(ExecDefinition)
    /// One of ``builtins``.
    case builtin(String)
    /// An HTTP service.
    case upstream(UpstreamDefinition)

    /// The names of the handlers that Levee brings along for trying things out.
    static let builtins = ["echo", "fail", "sleep", "square"]
}

/// How an HTTP service is asked.
struct UpstreamDefinition: Sendable, Equatable {
    /// Where it is.
    var url: String
    /// The header fields of requests that pass, in lower case.
    var requestFields = UpstreamConfiguration.usualRequestFields
    /// The header fields of responses that pass, in lower case.
    var responseFields = UpstreamConfiguration.usualResponseFields
    /// What every request carries.
    var fields: [HeaderField] = []
    /// What answers mean for a job.
    var rules = UpstreamRules()
    /// How long it may take to connect.
    var connectTimeout = Duration.seconds(5)

    /// What answers mean, as the file writes it: by trouble, class of statuses, and status.
    var outcomes: [(name: String, verdict: String)] {
        let troubles = UpstreamRules.Trouble.allCases.map { ($0.rawValue, rules.troubles[$0]?.rawValue ?? "retry") }
        let classes = rules.classes.sorted { $0.key < $1.key }.map { ("\($0.key)xx", $0.value.rawValue) }
        let statuses = rules.statuses.sorted { $0.key < $1.key }.map { ("\($0.key)", $0.value.rawValue) }
        return troubles + classes + statuses
    }
}

/// How a program is run for a job.
struct ExecDefinition: Sendable, Equatable {
    /// The program and its arguments. A program with a slash is an absolute path, another is looked for in `PATH`.
    var command: [String]
    /// The media type of what the program writes.
    var resultType = "application/octet-stream"
    /// What is added to the environment of the worker.
    var environment: [String: String] = [:]
    /// The absolute path of the folder to run in; `nil` for that of the worker.
    var workingDirectory: String?
    /// How long the program may take to end when asked to, before it is killed.
    var killGrace = Duration.seconds(5)
    /// What it may use of the machine.
    var limits = ProgramLimits()
}
