// A test that did not happen, of which everything is known.

import NIOCore

@testable import LeveeLoad

/// Ten jobs a second, each of which takes two seconds and three polls, for as long as is wanted.
struct SampleRun {
    static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    var seconds: Int
    var type = "square"
    var target = "http://127.0.0.1:8080"
    var adminDoor: String? = "http://127.0.0.1:9080"
    /// In which seconds the admin door did not answer.
    var silence: Range<Int> = 0..<0
    var steps: [Arrivals.Step]?
    var errors: [Failure] = []
    var program: LoadReport.Program?

    var recorder: Recorder {
        var recorder = Recorder(start: Self.start)
        for second in 0..<seconds {
            let now = Self.start + .seconds(Int64(second)) + .milliseconds(500)
            for _ in 0..<10 {
                recorder.begun += 1
                recorder.answered(.submit, with: 202, at: now)
                recorder.accepted(after: .milliseconds(5), at: now)
            }
            for _ in 0..<(second < 2 ? 0 : 10) {
                for _ in 0..<3 { recorder.polled(at: now) }
                recorder.answered(.poll, with: 302, at: now)
                recorder.verified(after: .seconds(2), at: now, polls: 3, requests: 5)
                recorder.ended += 1
            }
            guard !silence.contains(second) else { continue }
            recorder.learned(.queues(.init(ready: second, inFlight: 4, scheduled: 0)), at: now)
            recorder.learned(.workers(.init(working: 2, draining: 1, desired: 3, slots: 8, busy: 4)), at: now)
        }
        for error in errors { recorder.count(error) }
        return recorder
    }

    func report() throws -> LoadReport {
        var plan = try LoadPlan.forTests(target, clients: 5, jobs: seconds * 10)
        plan.kinds = [LoadKind(type: type, payload: .numbers)]
        if let steps { plan.pacing = .openLoop(.steps(steps)) }
        plan.adminDoor = try adminDoor.map { door throws(LoadPlanError) in try LoadTarget(door) }
        let outcome = Engine.Outcome(
            recorder: recorder,
            ending: .complete,
            end: Self.start + .seconds(Int64(seconds)),
            connections: 3,
            resent: 0,
            adminTroubles: silence.isEmpty ? [:] : ["queues 503": silence.count]
        )
        var report = LoadReport(outcome, plan: plan, startedAt: "2026-11-22T01:22:06.935Z", cpuSeconds: 0.5)
        report.program = program
        return report
    }
}
