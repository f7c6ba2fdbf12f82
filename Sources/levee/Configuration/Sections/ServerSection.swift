// The section `server` of the file.

extension ServerSettings {
    /// The keys of the section.
    static let keys = ["host", "port", "adminHost", "adminPort", "publicUrl", "insecure"]

    /// Takes over what the section says.
    mutating func read(_ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return }
        section.read("host", .host, into: &host)
        section.read("port", .port, into: &port)
        section.read("adminHost", .host, into: &adminHost)
        section.read("adminPort", .port, into: &adminPort)
        section.read("publicUrl", .publicURL, into: &publicURL)
        section.read("insecure", .flag, into: &isInsecure)
    }
}
