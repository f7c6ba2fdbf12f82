// The configuration as `levee check` shows it: every value, and where it came from unless it is a default.

import LeveeCore
import LeveeGateway
import LeveeHandlers
import LeveeRedis
import Logging

/// An outline for people: sections, indented below them keys and values, at the right where each value was given.
struct ConfigurationOutline {
    private var rows: [Row] = []
    private let configuration: Configuration

    private struct Row {
        var isHeading = false
        var name: String
        var value = ""
        var source: String?
    }

    /// Prepares the outline of a configuration.
    init(_ configuration: Configuration) {
        self.configuration = configuration
        addProcess()
        addQueues()
        for (name, job) in configuration.jobs.sorted(by: { $0.key < $1.key }) {
            add(job, at: SettingPath("jobs", name))
        }
        for definition in configuration.routes { add(definition) }
    }

    /// The outline, each line ended.
    var text: String {
        let names = rows.filter { !$0.isHeading }.map(\.name.count).max() ?? 0
        // One long command does not push all sources out of sight.
        let values = rows.filter { $0.source != nil }.map(\.value.count).filter { $0 <= 48 }.max() ?? 0
        var text = ""
        for row in rows {
            if row.isHeading {
                text += (text.isEmpty ? "" : "\n") + row.name + "\n"
            } else {
                let line = "  " + row.name.padded(to: names + 2) + row.value
                text += (row.source.map { line.padded(to: names + values + 6) + $0 } ?? line) + "\n"
            }
        }
        return text
    }

    private mutating func addProcess() {
        let redis = SettingPath("redis")
        let endpoint = configuration.redis.endpoint
        let user = endpoint.username.map { " as \(LineText.escaped($0))" } ?? ""
        add(redis)
        add(redis.appending("url"), "\(endpoint)\(user)\(endpoint.password == nil ? "" : " with a password")")
        if let file = configuration.redis.passwordFile { add(redis.appending("passwordFile"), file) }
        add(redis.appending("clientName"), configuration.redis.clientName)
        add(redis.appending("maxMemoryPercent"), "\(configuration.redis.maxMemoryPercent)")

        let server = SettingPath("server")
        add(server)
        add(server.appending("host"), configuration.server.host)
        add(server.appending("port"), "\(configuration.server.port)")
        add(server.appending("adminHost"), configuration.server.adminHost)
        add(server.appending("adminPort"), "\(configuration.server.effectiveAdminPort)")
        add(server.appending("publicUrl"), configuration.server.publicURL ?? "(the Host of each request)")
        add(server.appending("submitted"), configuration.server.answersCreated ? "201" : "202")
        add(server.appending("pending"), configuration.server.polling.pending.rawValue)
        add(server.appending("done"), configuration.server.polling.done.rawValue)
        add(server.appending("drainDelay"), DurationText.text(configuration.server.drainDelay))
        let cors = server.appending("cors")
        add(cors.appending("origins"), list(configuration.server.origins))
        add(cors.appending("adminOrigins"), list(configuration.server.adminOrigins))
        add(server.appending("insecure"), "\(configuration.server.isInsecure)")
        let limits = server.appending("limits")
        add(limits.appending("requestTimeout"), DurationText.text(configuration.server.requestTimeout))
        add(limits.appending("maxConnections"), "\(configuration.server.maxConnections)")
        for key in configuration.keys.sorted(by: { $0.name < $1.name }) {
            let path = SettingPath("keys", key.name)
            add(path)
            add(path.appending("sha256"), Hexadecimal.text(key.digest).prefix(16) + "...")
            add(path.appending("tenant"), key.tenant.name)
            add(path.appending("scopes"), list(key.scopes.map(\.rawValue).sorted(), orElse: "(none)"))
        }

        let worker = SettingPath("worker")
        add(worker)
        add(worker.appending("name"), configuration.worker.name ?? "(made up by each worker)")
        add(worker.appending("slots"), "\(configuration.worker.slots)")
        add(worker.appending("deliveries"), "\(configuration.worker.deliveries)")
        add(worker.appending("lease"), DurationText.text(configuration.worker.lease))
        add(worker.appending("drainGrace"), DurationText.text(configuration.worker.drainGrace))
        add(worker.appending("healthHost"), configuration.worker.healthHost)
        add(worker.appending("healthPort"), configuration.worker.healthPort.map { "\($0)" } ?? "(none)")
        add(worker.appending("queues"), list(configuration.servedQueues.map(\.name), orElse: "(none)"))

        addWebhooks()
        addBlobs()
        add(SettingPath("log"))
        add(SettingPath("log", "level"), configuration.log.level.rawValue)
        add(SettingPath("log", "format"), configuration.log.format.rawValue)
    }

    private mutating func addWebhooks() {
        let path = SettingPath("webhooks")
        let settings = configuration.webhooks
        add(path)
        let signing =
            settings.secrets.isEmpty ? "(none: webhooks are not signed)" : "(\(settings.secrets.count), hidden)"
        add(path.appending("secrets"), signing)
        add(path.appending("allow"), list(settings.rules.allowed.map(\.description), orElse: "(public addresses only)"))
        add(path.appending("timeout"), DurationText.text(settings.timeout))
        add(settings.retry, at: path.appending("retries"))
    }

    private mutating func addBlobs() {
        let path = SettingPath("blobs")
        add(path)
        add(path.appending("folder"), configuration.blobs.folder ?? "(none: all payloads and results lie in Redis)")
        guard configuration.blobs.folder != nil else { return }
        add(path.appending("over"), SizeText.text(configuration.blobs.over))
        add(path.appending("orphanAge"), DurationText.text(configuration.blobs.orphanAge))
    }

    private mutating func add(_ retry: RetryPolicy, at path: SettingPath) {
        add(path.appending("maxAttempts"), "\(retry.maxAttempts)")
        add(path.appending("base"), DurationText.text(retry.base))
        add(path.appending("cap"), DurationText.text(retry.cap))
    }

    private mutating func addQueues() {
        for (name, rules) in configuration.queues.sorted(by: { $0.key < $1.key }) {
            let path = SettingPath("queues", name)
            add(path)
            add(path.appending("maxReady"), rules.maxReady.map(String.init) ?? "(no limit)")
            add(path.appending("maxBytes"), rules.maxBytes.map(SizeText.text) ?? "(no limit)")
            add(path.appending("maxExpectedWait"), rules.maxExpectedWait.map { DurationText.text($0) } ?? "(no limit)")
            add(path.appending("concurrency"), rules.concurrency.map(String.init) ?? "(no limit)")
            add(path.appending("rate"), rules.rate.map { "\($0)" } ?? "(no limit)")
        }
    }

    private mutating func add(_ job: JobDefinition, at path: SettingPath) {
        let type = job.type
        add(path)
        add(job.handler, at: path.appending("handler"))
        add(path.appending("queue"), type.queue)
        add(path.appending("accepts"), list(type.accepts, orElse: "(any media type)"))
        if let schema = type.schema {
            let file = path.appending("schemaFile")
            add(configuration.sources[file] == nil ? path.appending("schema") : file, schema.source)
        }
        add(path.appending("maxPayload"), SizeText.text(type.maxPayloadBytes))
        add(path.appending("maxResult"), SizeText.text(type.maxResultBytes))
        add(path.appending("timeout"), DurationText.text(type.timeout))
        add(type.retry, at: path.appending("retries"))
        add(path.appending("maxWait"), DurationText.text(type.ageLimit))
        add(path.appending("deadline"), type.deadline.map { DurationText.text($0) } ?? "(no limit)")
        add(path.appending("retention"), DurationText.text(type.retention ?? JobType.defaultRetention))
        for followUp in type.followUps {
            let path = Configuration.path(of: followUp, ofType: type.name)
            add(path, followUp.destination.target)
        }
    }

    private mutating func add(_ handler: HandlerDefinition?, at path: SettingPath) {
        switch handler {
        case nil:
            add(path, "(a worker of your own)")
        case .builtin(let name):
            add(path.appending("builtin"), name)
        case .upstream(let upstream):
            add(upstream, at: path.appending("upstream"))
        case .exec(let program):
            let path = path.appending("exec")
            add(path.appending("command"), list(program.command, orElse: "(none)"))
            add(path.appending("resultType"), program.resultType)
            for (name, value) in program.environment.sorted(by: { $0.key < $1.key }) {
                let shown = Self.isSecret(name) ? "(hidden)" : LineText.quoted(value)
                add(path.appending("environment").appending(name), shown)
            }
            add(path.appending("workingDirectory"), program.workingDirectory ?? "(that of the worker)")
            add(path.appending("killGrace"), DurationText.text(program.killGrace))
            add(path.appending("memory"), program.limits.memoryBytes.map(SizeText.text) ?? "(no limit)")
            add(path.appending("cpuTime"), program.limits.cpuTime.map(DurationText.text) ?? "(no limit)")
        }
    }

    private mutating func add(_ definition: RouteDefinition) {
        let (path, route) = (SettingPath("routes", definition.name), definition.route)
        add(path)
        add(path.appending("job"), route.type)
        add(path.appending("payload"), route.payload == nil ? "body" : "(made of the request)")
        if configuration.jobs[route.type]?.type.requestFields != nil {
            add(path.appending("target"), route.target == nil ? "(as it came)" : "(made of the path)")
        }
        add(path.appending("invocation"), route.isAsync ? "async" : "sync")
        add(path.appending("wait"), DurationText.text(route.limit))
        add(path.appending("accepted"), route.accepted == nil ? "(the status)" : "(made of the request)")
        add(path.appending("status"), route.statusPath.map { "\($0)" } ?? "/jobs/{id}")
        add(path.appending("resource"), route.resourcePath.map { "\($0)" } ?? "/resources/{id}")
    }

    private mutating func add(_ upstream: UpstreamDefinition, at path: SettingPath) {
        add(path.appending("url"), upstream.url)
        add(path.appending("requestHeaders"), list(upstream.requestFields.sorted(), orElse: "(none)"))
        add(path.appending("responseHeaders"), list(upstream.responseFields.sorted(), orElse: "(none)"))
        for field in upstream.fields {
            add(path.appending("headers").appending(field.name), "(hidden)")
        }
        for (name, verdict) in upstream.outcomes {
            add(path.appending("outcomes").appending(name), verdict)
        }
        add(path.appending("connectTimeout"), DurationText.text(upstream.connectTimeout))
    }

    /// Whether a variable is one of those whose values do not belong into a build's log.
    private static func isSecret(_ name: String) -> Bool {
        ["KEY", "TOKEN", "SECRET", "PASS", "CREDENTIAL"].contains { name.uppercased().contains($0) }
    }

    /// Adds a heading: the path as a whole.
    private mutating func add(_ path: SettingPath) {
        rows.append(Row(isHeading: true, name: path.description))
    }

    /// Adds a value below the last heading, named by the rest of its path.
    private mutating func add(_ path: SettingPath, _ value: String) {
        let heading = ["keys", "queues", "jobs", "routes"].contains(path.components[0]) ? 2 : 1
        let name = SettingPath(Array(path.components.dropFirst(heading))).description
        let source: String? =
            switch configuration.sources[path] {
            case nil: nil
            case .file(let mark): "\(LineText.escaped(configuration.file)):\(mark.line)"
            case .variable(let name), .flag(let name): name
            }
        rows.append(Row(name: name, value: LineText.escaped(value), source: source))
    }

    private func list(_ origins: AllowedOrigins) -> String {
        switch origins {
        case .any: list(["*"], orElse: "(none)")
        case .only(let origins): list(origins.sorted(), orElse: "(none)")
        }
    }

    /// A list as the file writes it, with quotes where they help.
    private func list(_ items: [String], orElse nothing: String) -> String {
        if items.isEmpty { return nothing }
        let words = items.map { item in
            let isPlain = !item.isEmpty && !item.contains { " ,[]{}\"'#:\\".contains($0) }
            return isPlain ? item : LineText.quoted(item, limit: 1_000)
        }
        return "[\(words.joined(separator: ", "))]"
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
