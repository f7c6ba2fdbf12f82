// What becomes of an attempt, for every way it can end.

import LeveeCore
import Testing

@testable import LeveeWorker

struct AttemptTests {
    private let now = ContinuousClock.now

    private func attempt(
        _ outcome: Result<JobResult, JobFailure>?,
        stopped reason: WorkerState.StopReason? = nil,
        number: Int = 1
    ) -> Attempt {
        var attempt = Attempt(job: leasedJob(attempt: number), startedAt: now)
        attempt.binding = binding(TestHandler { _, _ in }, maxResultBytes: 4)["test"]
        attempt.outcome = outcome
        attempt.stopReason = reason
        return attempt.normalized()
    }

    private func outcome(_ attempt: Attempt) -> Settlement.Outcome? {
        guard case .settle(let settlement) = attempt.ended(at: now + .seconds(2)) else { return nil }
        #expect(settlement.busy == .seconds(2))
        return settlement.outcome
    }

    private func failure(_ attempt: Attempt) -> JobFailure? {
        guard case .failed(let failure, _) = outcome(attempt) else { return nil }
        return failure
    }

    private let good = JobResult(content: Content(mediaType: "text/plain", bytes: [1, 2, 3, 4]))
    private let bad = JobFailure(code: "broken", detail: "it broke")

    @Test("results and failures are settled as they are")
    func plain() {
        #expect(outcome(attempt(.success(good))) == .succeeded(good))
        #expect(failure(attempt(.failure(bad))) == bad)
    }

    @Test("a result that came in spite of cancellation or draining counts, one after the timeout does not")
    func stoppedWithResult() {
        #expect(outcome(attempt(.success(good), stopped: .cancel)) == .succeeded(good))
        #expect(outcome(attempt(.success(good), stopped: .drain)) == .succeeded(good))
        #expect(failure(attempt(.success(good), stopped: .timeout))?.code == "timeout")
    }

    @Test("whatever a stopped handler throws, the reason for stopping it decides")
    func stoppedWithFailure() {
        #expect(outcome(attempt(.failure(bad), stopped: .cancel)) == .canceled)
        #expect(failure(attempt(.failure(bad), stopped: .timeout))?.code == "timeout")
        guard case .handBack = attempt(.failure(bad), stopped: .drain).ended(at: now) else {
            Issue.record("not handed back")
            return
        }
        for outcome in [.success(good), .failure(bad)] as [Result<JobResult, JobFailure>] {
            guard case .forget = attempt(outcome, stopped: .lost).ended(at: now) else {
                Issue.record("not forgotten")
                return
            }
        }
    }

    @Test("what it means that an attempt took too long is for its handler to say")
    func timeoutOfTheHandler() {
        let late = JobFailure(code: "timeout", detail: "no answer", disposition: .throttle(after: nil))
        #expect(failure(attempt(.failure(late), stopped: .timeout))?.disposition == .throttle(after: nil))
        #expect(failure(attempt(.failure(late), stopped: .timeout))?.detail.contains("took longer") == true)
    }

    @Test("the delay comes from the policy, or from a failure that names one")
    func delay() throws {
        for (number, range) in [(1, 500...1_000), (3, 2_000...4_000)] {
            guard case .failed(_, let delay) = outcome(attempt(.failure(bad), number: number)) else { return }
            #expect(range.contains(Int(delay.milliseconds)))
        }
        let throttled = JobFailure(code: "busy", detail: "", disposition: .throttle(after: .seconds(9)))
        guard case .failed(_, let delay) = outcome(attempt(.failure(throttled))) else {
            Issue.record("not failed")
            return
        }
        #expect(delay == .seconds(9))
    }

    @Test("a result over the limit, with a foreign status or with no media type ends the job")
    func unfit() {
        let cases = [
            (JobResult(content: Content(mediaType: "a/b", bytes: [1, 2, 3, 4, 5])), "result-too-large"),
            (JobResult(status: 302, content: Content(mediaType: "a/b", bytes: [])), "invalid-result"),
            (JobResult(content: Content(mediaType: "a/b\r\nX: y", bytes: [])), "invalid-result"),
            (JobResult(content: Content(mediaType: "nothing", bytes: [])), "invalid-result"),
        ]
        for (result, code) in cases {
            let failure = failure(attempt(.success(result)))
            #expect(failure?.code == code)
            #expect(failure?.disposition == .final)
        }
    }

    @Test("a failure is made fit to be stored")
    func untidyFailure() {
        let wild = JobFailure(code: "no token\n", detail: String(repeating: "x", count: 100_000), status: 200)
        let tidy = failure(attempt(.failure(wild)))
        #expect(tidy?.code == "handler-error")
        #expect(tidy?.detail.hasPrefix("no token\n: xxx") == true)
        #expect(tidy?.detail.utf8.count == 8 << 10)
        #expect(tidy?.status == nil)
    }

    @Test("a job without a handler is tried again, one without a payload is not")
    func unresolved() {
        let handlers = binding(TestHandler { _, _ in }, type: "other")
        let unknown = Attempt(job: leasedJob(), startedAt: now).resolved(among: handlers)
        #expect(failure(unknown)?.code == "unknown-type")
        #expect(failure(unknown)?.disposition == .retry())
        var job = leasedJob()
        job.payload = nil
        let empty = Attempt(job: job, startedAt: now)
            .resolved(among: binding(TestHandler { _, _ in }))
        #expect(failure(empty)?.code == "payload-lost")
        #expect(failure(empty)?.disposition == .final)
    }
}
