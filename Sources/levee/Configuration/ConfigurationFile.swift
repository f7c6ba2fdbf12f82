// Reads `levee.yaml`: from a path to the settings that it holds.

import LeveeCore

/// The file, read and taken apart.
enum ConfigurationFile {
    /// What is read if nobody names another file.
    static let defaultPath = "levee.yaml"
    /// The keys at the top of the file.
    static let keys = ["redis", "server", "keys", "worker", "queues", "jobs", "routes", "webhooks", "blobs", "log"]
    /// The most bytes that a file may have, 1 MiB: some two thousand job types.
    static let maxBytes = 1 << 20

    /// Reads the file into a configuration; what is wrong goes to `reading`.
    ///
    /// - Throws: What makes the file unreadable as a whole.
    static func read(reporting reading: ConfigurationReading) throws(ConfigurationError) -> Configuration {
        let file = reading.file
        let document = try document(in: file)
        for fault in document.faults { reading.report(fault.error.message, at: fault.error.mark, fault.path) }
        guard let root = document.root, root.content != .nothing else {
            throw ConfigurationError(at: .file(file), "this is empty; write at least one job type below jobs")
        }
        var configuration = Configuration(file: file)
        configuration.read(Setting(path: .root, node: root, mark: root.mark, reading: reading))
        return configuration
    }

    private static func document(in file: String) throws(ConfigurationError) -> YAMLDocument {
        let text: String
        do throws(FileReadError) {
            text = try FilePath.read(file, limit: maxBytes)
        } catch .notUTF8(let line) {
            let place = ConfigurationProblem.Place.position(file: file, YAMLMark(line: line, column: 1))
            throw ConfigurationError(at: place, FileReadError.notUTF8(line: line).message)
        } catch {
            let hint = error == .missing ? "; name another with --config or LEVEE_CONFIG" : ""
            throw ConfigurationError(at: .file(file), error.message + hint)
        }
        do throws(YAMLSyntaxError) {
            return try YAMLDocument(text)
        } catch {
            throw ConfigurationError(at: .position(file: file, error.mark), error.message)
        }
    }
}

extension Configuration {
    /// Takes over what the file says.
    fileprivate mutating func read(_ setting: Setting) {
        guard let section = setting.section(keys: ConfigurationFile.keys) else { return }
        if let settings = section["redis"] { redis.read(settings) }
        if let settings = section["server"] { server.read(settings) }
        if let settings = section["keys"] { readKeys(settings) }
        if let settings = section["worker"] { worker.read(settings) }
        if let settings = section["webhooks"] { webhooks.read(settings) }
        if let settings = section["blobs"] { blobs.read(settings) }
        if let settings = section["log"] { log.read(settings) }
        for (name, settings) in section["queues"]?.named(.name) ?? [] {
            var rules = QueueRules(name: name)
            rules.read(settings)
            queues[name] = rules
        }
        for (name, settings) in section["jobs"]?.named(.name) ?? [] {
            var definition = JobDefinition(type: JobType(name: name))
            definition.read(settings)
            jobs[name] = definition
        }
        if let settings = section["routes"] { readRoutes(settings) }
        let path = section["jobs"]?.path ?? .root
        if [nil, .nothing, .mapping([])].contains(section["jobs"]?.node.content) {
            setting.reading.report("there is no job type; write at least one below jobs", at: path)
        }
    }
}
