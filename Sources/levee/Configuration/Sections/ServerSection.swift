// The section `server` of the file.

import LeveeGateway

extension ServerSettings {
    /// The keys of the section.
    static let keys = [
        "host", "port", "adminHost", "adminPort", "publicUrl", "insecure", "submitted", "pending", "done",
        "drainDelay", "cors", "limits",
    ]
    /// The keys of the section's `cors`.
    static let originKeys = ["origins", "adminOrigins"]
    /// The keys of the section's `limits`.
    static let limitKeys = ["requestTimeout", "maxConnections"]

    /// Takes over what the section says.
    mutating func read(_ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return }
        section.read("host", .host, into: &host)
        section.read("port", .port, into: &port)
        section.read("adminHost", .host, into: &adminHost)
        section.read("adminPort", .port, into: &adminPort)
        section.read("publicUrl", .publicURL, into: &publicURL)
        var submitted = "202"
        section.read("submitted", .oneOf(["202", "201"]), into: &submitted)
        answersCreated = submitted == "201"
        var pending = polling.pending.rawValue
        section.read("pending", .oneOf(PollingStyle.Pending.allCases.map(\.rawValue)), into: &pending)
        polling.pending = PollingStyle.Pending(rawValue: pending) ?? polling.pending
        var done = polling.done.rawValue
        section.read("done", .oneOf(PollingStyle.Done.allCases.map(\.rawValue)), into: &done)
        polling.done = PollingStyle.Done(rawValue: done) ?? polling.done
        section.read("drainDelay", .duration(.zero ... .seconds(300)), into: &drainDelay)
        section.read("insecure", .flag, into: &isInsecure)
        let cors = section["cors"]?.section(keys: Self.originKeys)
        if let written = cors?["origins"]?.values(.origin(orAny: true)) {
            origins = written.contains("*") ? .any : .only(Set(written))
        }
        if let written = cors?["adminOrigins"]?.values(.origin(orAny: false)) { adminOrigins = .only(Set(written)) }
        guard let limits = section["limits"]?.section(keys: Self.limitKeys) else { return }
        limits.read("requestTimeout", .duration(.seconds(1) ... .seconds(3_600)), into: &requestTimeout)
        limits.read("maxConnections", .integer(1...1_000_000), into: &maxConnections)
    }
}
