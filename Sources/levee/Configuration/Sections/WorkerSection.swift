// The section `worker` of the file.

extension WorkerSettings {
    /// The keys of the section.
    static let keys = ["slots", "deliveries", "lease", "drainGrace", "healthHost", "healthPort", "queues"]

    /// Takes over what the section says.
    mutating func read(_ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return }
        section.read("slots", .slots, into: &slots)
        section.read("deliveries", .slots, into: &deliveries)
        section.read("lease", .duration(.seconds(2) ... .seconds(3_600)), into: &lease)
        section.read("drainGrace", .duration(.zero ... .seconds(3_600)), into: &drainGrace)
        section.read("healthHost", .host, into: &healthHost)
        section.read("healthPort", .port, into: &healthPort)
        if let list = section["queues"], let names = list.values(.name) {
            if names.isEmpty { list.reading.report("names no queue; leave it out to serve all", at: list.path) }
            queues = names
        }
    }
}

extension ValueFormat<Int> {
    /// How many jobs a worker runs at once, or follow-ups it delivers.
    static let slots = ValueFormat.integer(1...1_000)
}
