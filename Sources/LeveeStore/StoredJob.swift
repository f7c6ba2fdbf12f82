// How a job stands, and its facts, as two fields of its hash hold them; `job.lua` and `facts.lua` write them.

import LeveeCore
import LeveeRedis

/// The field `s`: what changes with each version.
struct JobStanding {
    let state: JobState
    let version: Int
    let updatedAt: Timestamp
    let fence: Int
    let claimedAt: Timestamp?
    let attempt: Int
    let failures: Int
    let stalls: Int
    let ticket: Int
    let expiresAt: Timestamp

    /// Reads the field; `nil` if it makes no sense.
    init?(_ bytes: [UInt8]) {
        var words = StoredWords(bytes)
        guard let state = words.text().flatMap(JobState.init), let version: Int = words.integer(),
            let updated: Int64 = words.integer()
        else { return nil }
        self.state = state
        self.version = version
        updatedAt = Timestamp(milliseconds: updated)
        fence = words.integer() ?? 0
        let claimed: Int64 = words.integer() ?? 0
        claimedAt = claimed == 0 ? nil : Timestamp(milliseconds: claimed)
        attempt = words.integer() ?? 0
        // The worker of the last claim.
        _ = words.next()
        failures = words.integer() ?? 0
        stalls = words.integer() ?? 0
        ticket = words.integer() ?? 0
        // By when it must have started.
        _ = words.next()
        guard let expiry: Int64 = words.integer(), words.isOver else { return nil }
        expiresAt = Timestamp(milliseconds: expiry)
    }
}

/// The field `f`: what a job has all its life.
struct JobFacts {
    let type: String
    let queue: String
    let priority: Priority
    let createdAt: Timestamp
    let maxAttempts: Int
    let payloadLength: Int
    let payloadType: String
    let tenant: Tenant
    /// A line for each follow-up.
    let followUps: String

    /// Reads the field; `nil` if it makes no sense.
    init?(_ bytes: [UInt8]) {
        guard let end = bytes.firstIndex(of: Self.lineFeed) else { return nil }
        var words = StoredWords(bytes, in: 0..<end)
        guard let type = words.text(), let queue = words.text(), let priority = words.integer().flatMap(Priority.init),
            let created: Int64 = words.integer(), let maxAttempts: Int = words.integer(),
            let length: Int = words.integer()
        else { return nil }
        self.type = type
        self.queue = queue
        self.priority = priority
        createdAt = Timestamp(milliseconds: created)
        self.maxAttempts = maxAttempts
        payloadLength = length
        var tenant = Tenant.standard
        while let word = words.next() {
            if word.starts(with: "te=".utf8) { tenant = Tenant(String(decoding: word.dropFirst(3), as: UTF8.self)) }
        }
        self.tenant = tenant
        let rest = bytes[(end + 1)...]
        let typeEnd = rest.firstIndex(of: Self.lineFeed)
        payloadType = String(decoding: rest[..<(typeEnd ?? rest.endIndex)], as: UTF8.self)
        followUps = typeEnd.map { String(decoding: rest[($0 + 1)...], as: UTF8.self) } ?? ""
    }

    private static let lineFeed = UInt8(ascii: "\n")
}
