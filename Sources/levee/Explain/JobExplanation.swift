// What is to be said of one job: where it is, why, and what happens next.

import LeveeCore

/// All that the store knows of a job at one moment.
struct JobFacts: Sendable {
    var record: JobRecord
    /// The log, oldest entry first; its first entries may have been dropped.
    var history: [HistoryEntry]
    var place: JobPlace
    var overview: FleetOverview
    /// The fleet-wide cap of the job's queue, by the configuration at hand.
    var cap: Int?

    var id: JobID { record.id }
    var now: Timestamp { place.time }

    /// The queue of the job, as an overview shows it.
    var queue: QueueOverview? { overview.queues.first { $0.name == record.queue } }

    /// The workers that serve the queue and take jobs.
    var servants: [WorkerOverview] {
        overview.workers.filter { $0.queues.contains(record.queue) && !$0.isDraining }
    }

    /// How long ago something was, or how long it is until then.
    func span(_ time: Timestamp) -> String { Span.text(time > now ? time - now : now - time) }
}

/// Three answers about one job, each a sentence or a few.
struct JobExplanation: Sendable, Equatable {
    /// Where the job is.
    var place: String
    /// Why it is there.
    var reason: String
    /// What happens next.
    var next: String

    /// After how many lost workers a job waits apart.
    static let suspectAfter = JobRecord.suspectAfter
    /// After how many lost workers a job is given up.
    static let poisonAfter = 5

    init(_ facts: JobFacts) {
        switch facts.record.state {
        case .scheduled: self = Self.scheduled(facts)
        case .queued: self = Self.queued(facts)
        case .running: self = Self.running(facts)
        case .succeeded, .failed, .canceled: self = Self.ended(facts)
        }
    }

    init(place: String, reason: String, next: String) {
        self.place = place
        self.reason = reason
        self.next = next
    }

    /// `1 job`, `2 jobs`.
    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
