// `levee explain`: where a job is, why, and what happens next.

import ArgumentParser
import Foundation
import LeveeCore
import LeveeStore

/// Explains one job.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say where a job is, why, and what happens next.",
        discussion: "Reads Redis itself, so no front end need run. Exit status 5 if there is no such job."
    )

    @OptionGroup var job: JobArgument
    @Flag(help: "Print JSON, and nothing else.")
    var json = false
    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    func run() async throws {
        let configuration = try options.load(needsFile: false)
        try await Deployment.inspect(configuration) { store in
            guard let id = store.recognize(job.id) else {
                throw ClientFailure(.missing, "\(LineText.quoted(job.id)) is no id that was ever given out here")
            }
            guard let facts = try await facts(of: id, store, configuration) else {
                throw ClientFailure(
                    .missing,
                    "job \(id) is gone: it was removed, or the time for which it was kept is over"
                )
            }
            Output.write(json ? try document(facts) : text(facts))
        }
    }

    /// Reads everything there is to know of a job, of one moment: again if the job has changed meanwhile.
    private func facts(
        of id: JobID,
        _ store: RedisStore,
        _ configuration: Configuration
    ) async throws(StoreError) -> JobFacts? {
        var facts: JobFacts?
        for _ in 0..<5 {
            let overview = try await store.overview()
            guard let place = try await store.place(of: id), let record = try await store.job(id),
                let history = try await store.history(of: id)
            else { return nil }
            facts = JobFacts(
                record: record,
                history: history,
                place: place,
                overview: overview,
                cap: configuration.queues[record.queue]?.concurrency
            )
            if place.version == record.version, history.last?.version == record.version { break }
        }
        return facts
    }

    private func text(_ facts: JobFacts) -> [UInt8] {
        let explanation = JobExplanation(facts)
        let record = facts.record
        let text = """
            job \(record.id), type \(record.type), \(record.state)
            Where: \(explanation.place)
            Why:   \(explanation.reason)
            Next:  \(explanation.next)

            """
        let trace = record.trace.map { "Trace: \($0.traceID)\n" } ?? ""
        return Array((text + trace).utf8)
    }

    private func document(_ facts: JobFacts) throws -> [UInt8] {
        let explanation = JobExplanation(facts)
        let record = facts.record
        var document: [String: Any] = [
            "id": record.id.text, "type": record.type, "queue": record.queue, "state": record.state.rawValue,
            "attempt": record.attempt, "maxAttempts": record.maxAttempts, "time": facts.now.rfc3339,
            "where": explanation.place, "why": explanation.reason, "next": explanation.next,
            "startBy": facts.place.startBy.rfc3339, "expiresAt": record.expiresAt.rfc3339,
        ]
        document["traceId"] = record.trace?.traceID
        document["worker"] = facts.place.worker
        document["leaseUntil"] = facts.place.leaseUntil?.rfc3339
        document["ahead"] = facts.place.ahead
        return try JSONText.line(document)
    }
}
