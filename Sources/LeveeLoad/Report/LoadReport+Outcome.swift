// Makes the report out of what was counted.

import NIOCore

extension LoadReport {
    init(_ outcome: Engine.Outcome, plan: LoadPlan, startedAt: String, cpuSeconds: Double) {
        let recorder = outcome.recorder
        let seconds = (outcome.end - recorder.start).inSeconds
        self.init(
            startedAt: startedAt,
            ending: outcome.ending,
            seconds: seconds,
            settings: Settings(plan),
            jobs: Jobs(
                begun: recorder.begun,
                submitted: recorder.accepted,
                verified: recorder.verified,
                canceled: recorder.canceled,
                seen: recorder.seen,
                failed: recorder.failures,
                unfinished: recorder.begun - recorder.ended,
                rejections: recorder.rejections,
                givenUp: recorder.givenUp
            ),
            reopenedAfterSeconds: recorder.reopened.flatMap { reopened in
                recorder.lastRejection.map { (reopened - $0).inSeconds }
            },
            rates: Rates(
                submitsPerSecond: rate(recorder.accepted, (recorder.lastAccepted - recorder.start).inSeconds),
                jobsPerSecond: rate(recorder.completed, (recorder.lastCompleted - recorder.start).inSeconds),
                pollsPerSecond: rate(recorder.polls, seconds),
                pollsPerJob: recorder.completed > 0
                    ? Double(recorder.pollsOfCompleted) / Double(recorder.completed) : nil,
                requestsPerJob: recorder.completed > 0
                    ? Double(recorder.requestsOfCompleted) / Double(recorder.completed) : nil
            ),
            latency: Latency(
                submit: Percentiles(recorder.submit),
                line: Percentiles(recorder.line),
                service: Percentiles(recorder.service),
                notice: plan.targets.allSatisfy(\.isLoopback) ? Percentiles(recorder.notice) : nil,
                endToEnd: Percentiles(recorder.endToEnd)
            ),
            answers: Dictionary(
                uniqueKeysWithValues: recorder.answers.map { ("\($0.key.step.rawValue) \($0.key.kind)", $0.value) }
            ),
            hints: Hints(recorder.hints),
            errors: recorder.errors,
            generator: Generator(
                requests: recorder.responses,
                resent: outcome.resent,
                connections: outcome.connections,
                cpuSeconds: cpuSeconds,
                cpuMicrosecondsPerRequest: recorder.responses > 0 ? cpuSeconds * 1e6 / Double(recorder.responses) : nil
            ),
            series: Series(
                recorder.timeline,
                until: outcome.end,
                adminDoor: plan.adminDoor?.description,
                adminTroubles: outcome.adminTroubles
            ),
            spread: Spreads(submit: recorder.submit.spread, endToEnd: recorder.endToEnd.spread)
        )
    }
}

private func rate(_ count: Int, _ seconds: Double) -> Double { seconds > 0 ? Double(count) / seconds : 0 }

extension LoadReport.Settings {
    init(_ plan: LoadPlan) {
        targets = plan.targets.map(\.description)
        type = plan.kinds.map(\.type).joined(separator: ",")
        mode = plan.mode
        watched = plan.watched.count
        cancels = plan.cancels
        follows = plan.follows
        returnsAfterRefusal = plan.returnsAfterRefusal
        switch plan.pacing {
        case .closedLoop(let clients): self.clients = clients
        case .openLoop(let arrivals):
            self.arrivals = arrivals.description
            if case .steps(let steps) = arrivals { self.steps = steps }
        }
        comparesResults = plan.kinds.allSatisfy(\.payload.isKnownResult)
        seed = plan.seed
        jobs = plan.jobs
        timeLimitSeconds = plan.timeLimit.inSeconds
        if case .fixed(let interval) = plan.pollInterval { pollIntervalMilliseconds = interval.inSeconds * 1_000 }
        if case .pooled(let limit) = plan.connections { connections = limit }
    }
}

extension LoadReport.Hints {
    /// What came of the hints; `nil` without any.
    init?(_ errors: HintErrors) {
        guard errors.off.count > 0 else { return nil }
        count = errors.off.count
        medianOffSeconds = errors.off.milliseconds(atPercentile: 50) / 1_000
        medianOffShare = errors.medianShare
        rightShare = Double(errors.right) / Double(count)
        medianLateSeconds = errors.late.milliseconds(atPercentile: 50) / 1_000
        p90LateSeconds = errors.late.milliseconds(atPercentile: 90) / 1_000
    }
}

extension LoadReport.Percentiles {
    /// Percentiles of latencies; `nil` without any.
    init?(_ latencies: Recorder.Latencies) {
        guard latencies.count > 0 else { return nil }
        count = latencies.count
        p50 = latencies.milliseconds(atPercentile: 50)
        p90 = latencies.milliseconds(atPercentile: 90)
        p99 = latencies.milliseconds(atPercentile: 99)
        p999 = latencies.milliseconds(atPercentile: 99.9)
        max = latencies.milliseconds(atPercentile: 100)
    }
}

extension Arrivals: CustomStringConvertible {
    /// Such as `poisson 100/s` or `steps 10/s for 30 s, 50/s for 10 s`.
    public var description: String {
        switch self {
        case .poisson(let rate):
            "poisson \(Figure.short(rate))/s"
        case .steps(let steps):
            "steps "
                + steps.map { "\(Figure.short($0.rate))/s for \(Figure.short($0.seconds)) s" }.joined(separator: ", ")
        }
    }
}
