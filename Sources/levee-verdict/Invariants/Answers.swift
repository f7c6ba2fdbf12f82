// What front ends say when they do not do what they are asked for.

import LeveeLedger

/// A front end turns nobody away unless it must: Redis is full, or out of its reach, or it is itself not whole. It says so
/// with 503 and `Retry-After`, or with 504, each time in a problem document. The end of a job can be asked for at any time.
enum Answers {
    /// How long a front end may go by what it knows of the memory of Redis, in microseconds.
    private static let memory: Int64 = 5_000_000
    /// Tells to look first, so it is without `Retry-After`.
    private static let unknownOutcome = "unknown-outcome"

    static func check(_ evidence: Evidence) -> Verdict {
        var verdict = Verdict("front ends turn nobody away without need, and say why")
        let timeline = Timeline(evidence.run)
        let frontEnds = timeline.lives.filter { $0.name.hasPrefix("frontend-") }.map { ($0.name, timeline.sound($0)) }
        let full = Spans(timeline.full.all.map { $0.lowerBound - memory..<$0.upperBound + memory })
        var denials = 0
        var cancels = 0
        for entry in evidence.clients {
            switch entry.event {
            case .denied(let denial):
                denials += 1
                if let fault = fault(of: denial) { verdict.fail("\(text(denial, entry.at)), \(fault)") }
                let storesSomething = denial.label != nil || denial.request == "POST /jobs/retry"
                let isFull = storesSomething && (full.contains(denial.sent) || full.contains(entry.at))
                if !isFull, frontEnds.contains(where: { $0 == denial.door && $1.contains(denial.sent, entry.at) }) {
                    verdict.fail("\(text(denial, entry.at)), although nothing was wrong with it")
                }
            case .cancelAsked(let id, _, let status):
                cancels += 1
                checkCancel(of: id, status, answered: entry.at, evidence, &verdict)
            default: continue
            }
        }
        verdict.figures = "\(denials) requests turned away; \(cancels) times the end of a job was asked for"
        return verdict
    }

    /// What is wrong with the form of a denial, if anything is.
    private static func fault(of denial: Denial) -> String? {
        guard denial.status == 503 || denial.status == 504 else { return "which is no answer to it" }
        guard let problem = denial.problem else { return "without a problem document" }
        guard denial.status == 503 else { return nil }
        if problem == unknownOutcome, denial.retryAfter == nil { return nil }
        let hint = denial.retryAfter ?? "missing"
        return Int(hint) ?? 0 >= 1 ? nil : "with Retry-After \(hint)"
    }

    private static func text(_ denial: Denial, _ at: Int64) -> String {
        "\(denial.door) answered \(denial.request)\(denial.label.map { " of \($0)" } ?? "") with \(denial.status) "
            + "\(denial.problem ?? "") at \(at)"
    }

    /// Whether something came of it: the job had ended by then, or was asked to.
    private static func checkCancel(
        of id: String,
        _ status: Int,
        answered: Int64,
        _ evidence: Evidence,
        _ verdict: inout Verdict
    ) {
        guard status == 200 else {
            return verdict.fail("the end of \(id) was asked for, and that was answered \(status) at \(answered)")
        }
        guard let job = evidence.jobs[id] else { return }
        let isHeard = job.log.contains {
            ($0.isEnd || $0.cause == "ask" || $0.cause == "deadline") && $0.at * 1_000 <= answered
        }
        if !isHeard {
            verdict.fail("the end of \(id) was asked for, and promised at \(answered), but not before: \(job.story)")
        }
    }
}
