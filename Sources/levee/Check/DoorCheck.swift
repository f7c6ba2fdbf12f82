// Checks that no door stands open to other machines by oversight.

import LeveeGateway

/// Looks at where a front end listens, and who may come in.
enum DoorCheck {
    /// What is wrong: an address that others reach, without API keys and without a word that this is meant.
    static func problems(in configuration: Configuration) -> [ConfigurationProblem] {
        let server = configuration.server
        guard configuration.keys.isEmpty, !server.isInsecure else { return [] }
        let reading = ConfigurationReading(again: configuration)
        for (key, host) in [("host", server.host), ("adminHost", server.adminHost)] where !Loopback.reaches(host) {
            reading.report(
                "\(host) can be reached from other machines, and there are no API keys; write some below keys "
                    + "(`levee key` makes one), or say --insecure or insecure: true",
                at: SettingPath("server", key)
            )
        }
        return reading.ranked
    }

    /// What is worth a look, though it may be meant: a health port that others reach, since it asks nobody for a key.
    static func warnings(in configuration: Configuration) -> [ConfigurationProblem] {
        let worker = configuration.worker
        guard worker.healthPort != nil, !Loopback.reaches(worker.healthHost) else { return [] }
        let reading = ConfigurationReading(again: configuration)
        reading.report(
            "\(worker.healthHost) can be reached from other machines, and the health port takes no key; let nothing but "
                + "probes and monitoring reach it",
            at: SettingPath("worker", "healthHost")
        )
        return reading.ranked
    }
}
