// One job type in the section `jobs` of the file.

import LeveeCore

extension JobDefinition {
    /// The keys of a job type.
    static let keys = [
        "handler", "queue", "accepts", "schema", "schemaFile", "maxPayload", "maxResult", "timeout", "retries",
        "maxWait", "deadline", "retention", "onSuccess", "onFailure", "deadLetters", "callback",
    ]

    /// Most bytes of a payload or a result; without a folder for them it is less, see `checkSizes`.
    private static let largestContent = 1 << 40

    /// Takes over what the file says of the job type.
    mutating func read(_ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return }
        section.read("queue", .name, into: &type.queue)
        type.accepts = section["accepts"]?.values(.mediaRange) ?? type.accepts
        type.schema = JSONSchema(section)
        checkMediaRanges(section)
        section.read("maxPayload", .size(1...Self.largestContent), into: &type.maxPayloadBytes)
        section.read("maxResult", .size(1...Self.largestContent), into: &type.maxResultBytes)
        section.read("timeout", .duration(.milliseconds(1) ... .days(7)), into: &type.timeout)
        section.read("maxWait", .duration(.seconds(1) ... .days(365)), into: &type.ageLimit)
        section.read("deadline", .duration(.seconds(1) ... .days(365)), into: &type.deadline)
        section.read("retention", .duration(.seconds(1) ... .days(365)), into: &type.retention)
        if let retries = section["retries"] { type.retry.read(retries) }
        type.readFollowUps(section)
        handler = section["handler"].flatMap { HandlerDefinition($0) }
        if case .upstream(let upstream) = handler { type.requestFields = upstream.requestFields }
    }

    private func checkMediaRanges(_ section: Section) {
        guard type.schema != nil, let accepts = section["accepts"], !type.accepts.isEmpty, type.mediaRanges.isEmpty
        else { return }
        accepts.reading.report("takes no JSON, which the schema is for; add application/json", at: accepts.path)
    }
}

extension RetryPolicy {
    /// The keys of `retries`.
    static let keys = ["maxAttempts", "base", "cap"]

    /// Takes over what the file says of retries.
    mutating func read(_ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return }
        let delay = ValueFormat.duration(.milliseconds(1) ... .days(7))
        section.read("maxAttempts", .integer(1...100), into: &maxAttempts)
        section.read("base", delay, into: &base)
        // Without a cap of its own, a base above the usual cap is the cap itself.
        cap = max(cap, base)
        guard let limit = section["cap"], let value = limit.value(delay) else { return }
        cap = value
        if cap < base {
            limit.reading.report("is less than base (\(DurationText.text(base))); write at least that", at: limit.path)
        }
    }
}

extension Duration {
    /// A number of days of 24 hours.
    fileprivate static func days(_ number: Int) -> Duration { .seconds(number * 86_400) }
}
