// The keys of a job type that say what is to be told of the end of its jobs.

import LeveeCore

extension JobType {
    /// The keys of a job type that this is about, each with the ends that it is for.
    static let followUpKeys: KeyValuePairs = ["onSuccess": FollowUp.Trigger.success, "onFailure": .failure]

    /// Takes over what the file says of follow-ups; whether there is what they name is checked when all is read.
    mutating func readFollowUps(_ section: Section) {
        followUps = Self.followUpKeys.compactMap { key, trigger in
            section[key].flatMap { FollowUp.Destination($0) }.map { FollowUp(trigger, to: $0) }
        }
        if let list = section["deadLetters"]?.value(.name) {
            followUps.append(FollowUp(.failure, to: .deadLetters(list)))
        }
        if let url = section["callback"]?.value(.webhookURL) { followUps.append(FollowUp(.end, to: .callback(url))) }
    }
}

extension FollowUp.Destination {
    /// The forms of a destination, of which there is one.
    static let keys = ["list", "webhook", "job"]

    /// Takes over what the file says; `nil` if it does not fit, which has then been reported.
    fileprivate init?(_ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return nil }
        let given = Self.keys.filter { section[$0] != nil }
        guard given.count == 1, let kind = given.first else {
            let trouble = given.isEmpty ? "names no destination" : "names more than one destination"
            setting.reading.report("\(trouble); write one of list, webhook and job", at: setting.path)
            return nil
        }
        guard let target = section[kind]?.value(kind == "webhook" ? .webhookURL : .name) else { return nil }
        self.init(kind: kind, target: target)
    }
}

extension ValueFormat<String> {
    /// The URL of a receiver.
    static let webhookURL = ValueFormat(
        expectation: "http:// or https:// with a host, such as https://example.com/hook"
    ) {
        text throws(ValueComplaint) in
        do throws(WebhookFault) {
            return try WebhookURL(text).text
        } catch {
            throw ValueComplaint(message: "\(LineText.quoted(text)) is not allowed: \(error)")
        }
    }
}

extension Configuration {
    /// Checks that all destinations are there, and that no job goes round for ever.
    func checkFollowUps(reporting reading: ConfigurationReading) {
        for (name, job) in jobs.sorted(by: { $0.key < $1.key }) {
            for followUp in job.type.followUps {
                let path = Self.path(of: followUp, ofType: name)
                switch followUp.destination {
                case .list, .deadLetters: continue
                case .webhook(let url), .callback(let url): check(url, at: path, reporting: reading)
                case .job(let target): check(target, from: name, at: path, reporting: reading)
                }
            }
        }
    }

    /// Where a follow-up stands in the file.
    static func path(of followUp: FollowUp, ofType name: String) -> SettingPath {
        let path = SettingPath("jobs", name)
        switch followUp.destination {
        case .callback: return path.appending("callback")
        case .deadLetters: return path.appending("deadLetters")
        case .list, .webhook, .job:
            let key = JobType.followUpKeys.first { $0.value == followUp.trigger }?.key ?? ""
            return path.appending(key).appending(followUp.destination.kind)
        }
    }

    private func check(_ url: String, at path: SettingPath, reporting reading: ConfigurationReading) {
        do throws(WebhookFault) {
            try webhooks.rules.check(url)
        } catch {
            reading.report("\(error); allow it below webhooks.allow, or write another receiver", at: path)
        }
    }

    private func check(
        _ target: String,
        from name: String,
        at path: SettingPath,
        reporting reading: ConfigurationReading
    ) {
        guard let type = jobs[target]?.type else {
            let hint = NearMiss.suggestion(for: target, among: jobs.keys.sorted()).map { "did you mean \($0)? " } ?? ""
            let known = jobs.keys.sorted().joined(separator: ", ")
            return reading.report("there is no job type \(target); \(hint)the job types are \(known)", at: path)
        }
        if !type.takes("application/json") {
            reading.report(
                "the job type \(target) takes no JSON, which it would be given; add application/json to its accepts",
                at: path
            )
        }
        if let round = way(from: target, to: name, avoiding: []) {
            let types = ([name] + round).joined(separator: " -> ")
            reading.report("jobs would follow one another for ever: \(types); leave out one of these", at: path)
        }
    }

    /// The types of the jobs that lead from one type to another, both included.
    private func way(from start: String, to end: String, avoiding seen: Set<String>) -> [String]? {
        if start == end { return [start] }
        guard !seen.contains(start), let type = jobs[start]?.type else { return nil }
        for followUp in type.followUps {
            guard case .job(let next) = followUp.destination else { continue }
            if let rest = way(from: next, to: end, avoiding: seen.union([start])) { return [start] + rest }
        }
        return nil
    }
}
