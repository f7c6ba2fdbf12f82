// The settings that the environment and the command line can set above the file.

/// A setting that stands in the environment or on the command line too.
enum SettingOverride: CaseIterable, Sendable {
    case redis, passwordFile, host, port, adminHost, adminPort, publicURL, insecure, slots, workerName, healthHost
    case healthPort, logLevel, logFormat

    /// The environment variable, if there is one.
    var variable: String? {
        switch self {
        case .redis: "LEVEE_REDIS"
        case .passwordFile: "LEVEE_REDIS_PASSWORD_FILE"
        case .host: "LEVEE_HOST"
        case .port: "LEVEE_PORT"
        case .adminHost: "LEVEE_ADMIN_HOST"
        case .adminPort: "LEVEE_ADMIN_PORT"
        case .publicURL: "LEVEE_PUBLIC_URL"
        case .slots: "LEVEE_SLOTS"
        case .insecure, .workerName: nil
        case .healthHost: "LEVEE_HEALTH_HOST"
        case .healthPort: "LEVEE_HEALTH_PORT"
        case .logLevel: "LEVEE_LOG_LEVEL"
        case .logFormat: "LEVEE_LOG_FORMAT"
        }
    }

    /// The option of the command line.
    var flag: String {
        switch self {
        case .redis: "--redis"
        case .passwordFile: "--redis-password-file"
        case .host: "--host"
        case .port: "--port"
        case .adminHost: "--admin-host"
        case .adminPort: "--admin-port"
        case .publicURL: "--public-url"
        case .insecure: "--insecure"
        case .slots: "--slots"
        case .workerName: "--name"
        case .healthHost: "--health-host"
        case .healthPort: "--health-port"
        case .logLevel: "--log-level"
        case .logFormat: "--log-format"
        }
    }

    /// The setting in the file that it stands above.
    var path: SettingPath {
        switch self {
        case .redis: SettingPath("redis", "url")
        case .passwordFile: SettingPath("redis", "passwordFile")
        case .host: SettingPath("server", "host")
        case .port: SettingPath("server", "port")
        case .adminHost: SettingPath("server", "adminHost")
        case .adminPort: SettingPath("server", "adminPort")
        case .publicURL: SettingPath("server", "publicUrl")
        case .insecure: SettingPath("server", "insecure")
        case .slots: SettingPath("worker", "slots")
        case .workerName: SettingPath("worker", "name")
        case .healthHost: SettingPath("worker", "healthHost")
        case .healthPort: SettingPath("worker", "healthPort")
        case .logLevel: SettingPath("log", "level")
        case .logFormat: SettingPath("log", "format")
        }
    }
}

extension Configuration {
    /// Puts a value that stands above the file in its place.
    ///
    /// - Parameters:
    ///   - override: The setting.
    ///   - text: What was written.
    ///   - source: Where.
    ///   - reading: Where a text that does not fit is reported.
    mutating func apply(
        _ override: SettingOverride,
        _ text: String,
        from source: Source,
        reporting reading: ConfigurationReading
    ) {
        reading.note(override.path, from: source)
        do throws(ValueComplaint) {
            switch override {
            case .redis: redis.endpoint = try ValueFormat.redisURL.read(text)
            case .passwordFile:
                redis.passwordFile = FilePath.absolute(try ValueFormat.text.read(text), in: reading.folder)
            case .host: server.host = try ValueFormat.host.read(text)
            case .port: server.port = try ValueFormat.port.read(text)
            case .adminHost: server.adminHost = try ValueFormat.host.read(text)
            case .adminPort: server.adminPort = try ValueFormat.port.read(text)
            case .publicURL: server.publicURL = try ValueFormat.publicURL.read(text)
            case .insecure: server.isInsecure = try ValueFormat.flag.read(text)
            case .slots: worker.slots = try ValueFormat.slots.read(text)
            case .workerName: worker.name = try ValueFormat.name.read(text)
            case .healthHost: worker.healthHost = try ValueFormat.host.read(text)
            case .healthPort: worker.healthPort = try ValueFormat.port.read(text)
            case .logLevel: log.level = try ValueFormat.level.read(text)
            case .logFormat: log.format = try ValueFormat.logFormat.read(text)
            }
        } catch {
            reading.report(error.message, at: override.path)
        }
    }
}
