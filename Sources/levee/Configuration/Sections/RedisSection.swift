// The section `redis` of the file.

import LeveeRedis

extension RedisSettings {
    /// The keys of the section.
    static let keys = ["url", "passwordFile", "clientName", "maxMemoryPercent"]

    /// Takes over what the section says.
    mutating func read(_ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return }
        section.read("url", .redisURL, into: &endpoint)
        section.read("clientName", .name, into: &clientName)
        section.read("passwordFile", .text, into: &passwordFile)
        section.read("maxMemoryPercent", .integer(1...100), into: &maxMemoryPercent)
        passwordFile = passwordFile.map { FilePath.absolute($0, in: setting.reading.folder) }
    }

    /// Puts the password from its file into the endpoint; to be called when the URL is final.
    ///
    /// A password in a URL from the environment or the command line stands above a `passwordFile` of the file.
    mutating func readPassword(reporting reading: ConfigurationReading) {
        guard let passwordFile else { return }
        let path = SettingPath("redis", "passwordFile")
        let shown = LineText.quoted(passwordFile, limit: 1_000)
        if endpoint.password != nil {
            if case .file = reading.sources[path] {
                guard case .file = reading.sources[SettingPath("redis", "url")] else { return }
            }
            reading.report("the URL holds a password already; remove one of them", at: path)
            return
        }
        do throws(FileReadError) {
            let text = try FilePath.read(passwordFile, limit: 4096)
            guard let line = text.split(whereSeparator: \.isNewline).first, !line.isEmpty else {
                reading.report("\(shown) is empty; write the password into it", at: path)
                return
            }
            endpoint.password = String(line)
        } catch {
            reading.report("\(shown): \(error.message)", at: path)
        }
    }
}
