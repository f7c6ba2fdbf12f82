// The section `server` of the file.

extension ServerSettings {
    /// The keys of the section.
    static let keys = ["host", "port", "adminPort", "publicUrl", "limits"]
    /// The keys of the section's `limits`.
    static let limitKeys = ["requestTimeout", "maxConnections"]

    /// Takes over what the section says.
    mutating func read(_ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return }
        section.read("host", .host, into: &host)
        section.read("port", .port, into: &port)
        section.read("adminPort", .port, into: &adminPort)
        section.read("publicUrl", .publicURL, into: &publicURL)
        guard let limits = section["limits"]?.section(keys: Self.limitKeys) else { return }
        limits.read("requestTimeout", .duration(.seconds(1) ... .seconds(3_600)), into: &requestTimeout)
        limits.read("maxConnections", .integer(1...1_000_000), into: &maxConnections)
    }
}
