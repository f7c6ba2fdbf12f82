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
    init?(_ text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 12, let state = JobState(rawValue: String(words[0])), let version = Int(words[1]),
            let updated = Int64(words[2]), let expiry = Int64(words[11])
        else { return nil }
        self.state = state
        self.version = version
        updatedAt = Timestamp(milliseconds: updated)
        fence = Int(words[3]) ?? 0
        claimedAt = Int64(words[4]).flatMap { $0 == 0 ? nil : Timestamp(milliseconds: $0) }
        attempt = Int(words[5]) ?? 0
        failures = Int(words[7]) ?? 0
        stalls = Int(words[8]) ?? 0
        ticket = Int(words[9]) ?? 0
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
    let followUps: Substring

    /// Reads the field; `nil` if it makes no sense.
    init?(_ text: String) {
        let lines = text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ", omittingEmptySubsequences: false)
        guard lines.count > 1, words.count >= 6, let priority = Int(words[2]).flatMap(Priority.init),
            let created = Int64(words[3]), let maxAttempts = Int(words[4]), let length = Int(words[5])
        else { return nil }
        type = String(words[0])
        queue = String(words[1])
        self.priority = priority
        createdAt = Timestamp(milliseconds: created)
        self.maxAttempts = maxAttempts
        payloadLength = length
        payloadType = String(lines[1])
        let name = words.dropFirst(6).first { $0.hasPrefix("te=") }?.dropFirst(3)
        tenant = name.map { Tenant(String($0)) } ?? .standard
        followUps = lines.count > 2 ? lines[2] : ""
    }
}
