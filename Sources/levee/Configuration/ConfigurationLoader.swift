// Puts the configuration together: the file, above it the environment, above that the command line.

import LeveeCore

/// Loads the configuration of a process.
struct ConfigurationLoader: Sendable {
    /// The environment of the process; a variable without a value counts as not set.
    var environment: [String: String]
    /// The file that the command line names, if it does.
    var file: String?
    /// What else the command line sets.
    var flags: [SettingOverride: String] = [:]
    /// Whether there must be a file although flags or environment say where Redis is, and nobody has named a file.
    var needsFile = true

    /// The environment variable that names the file.
    static let fileVariable = "LEVEE_CONFIG"

    /// Reads and checks everything.
    ///
    /// - Returns: A configuration that holds together.
    /// - Throws: All that is wrong.
    func load() throws(ConfigurationError) -> Configuration {
        let file = file ?? variable(Self.fileVariable) ?? ConfigurationFile.defaultPath
        guard !file.isEmpty else {
            throw ConfigurationError(at: .flag("--config"), "names no file; write a path such as levee.yaml")
        }
        let reading = ConfigurationReading(file: file, folder: FilePath.folder(of: file))
        var configuration =
            try canDoWithout(file) ? Configuration(file: file) : ConfigurationFile.read(reporting: reading)
        for override in SettingOverride.allCases {
            if let flag = flags[override] {
                configuration.apply(override, flag, from: .flag(override.flag), reporting: reading)
            } else if let name = override.variable, let value = variable(name) {
                configuration.apply(override, value, from: .variable(name), reporting: reading)
            }
        }
        configuration.redis.readPassword(reporting: reading)
        configuration.connect(reporting: reading)
        try reading.check()
        configuration.sources = reading.sources
        return configuration
    }

    private func canDoWithout(_ file: String) -> Bool {
        let isNamed = self.file != nil || variable(Self.fileVariable) != nil
        let redis = flags[.redis] ?? SettingOverride.redis.variable.flatMap(variable)
        return !needsFile && !isNamed && redis != nil && !FilePath.exists(file)
    }

    private func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension Configuration {
    /// Adds the queues that only job types name, and checks what holds between sections.
    fileprivate mutating func connect(reporting reading: ConfigurationReading) {
        for job in jobs.values where queues[job.type.queue] == nil {
            queues[job.type.queue] = QueueRules(name: job.type.queue)
        }
        checkServedQueues(reporting: reading)
        checkRoutes(reporting: reading)
        checkForeignTypes(reporting: reading)
        checkFollowUps(reporting: reading)
        checkSizes(reporting: reading)
    }

    private func checkServedQueues(reporting reading: ConfigurationReading) {
        for (index, name) in (worker.queues ?? []).enumerated() where queues[name] == nil {
            let known = queues.keys.sorted()
            let hint = NearMiss.suggestion(for: name, among: known).map { "did you mean \($0)? " } ?? ""
            reading.report(
                "there is no queue \(name); \(hint)the queues are \(known.joined(separator: ", "))",
                at: SettingPath("worker", "queues").appending(index: index)
            )
        }
    }

    /// A worker takes whatever is next in a queue that it serves, so it must have a handler for all of it.
    private func checkForeignTypes(reporting reading: ConfigurationReading) {
        let served = Set(servedQueues.map(\.name))
        for (name, job) in jobs.sorted(by: { $0.key < $1.key }) where served.contains(job.type.queue) {
            let path = SettingPath("jobs", name)
            // What is wrong with the type itself comes first: it may be the reason.
            guard job.handler == nil, !reading.problems.contains(where: { $0.path.isWithin(path) }) else { continue }
            let others = jobs.values.filter { $0.type.queue == job.type.queue && $0.handler != nil }.map(\.type.name)
            let neighbour = others.min().map { ", where \($0) waits too" } ?? ""
            reading.report(
                "has no handler, but this worker serves its queue \(job.type.queue)\(neighbour); add a handler, or if a "
                    + "worker of your own runs these jobs give them a queue of their own",
                at: path
            )
        }
    }
}
