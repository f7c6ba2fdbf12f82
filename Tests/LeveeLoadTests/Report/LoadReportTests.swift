// The report: percentiles, JSON, text.

import NIOCore
import Testing

@testable import LeveeLoad

struct LoadReportTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    /// A thousand jobs, one each 10 ms, that took 1 ms to 1 s, with three polls each.
    private func report() throws -> LoadReport {
        var recorder = Recorder(start: start)
        for number in 1...1_000 {
            let now = start + .milliseconds(Int64(number) * 10)
            recorder.begun += 1
            recorder.accepted(after: .microseconds(Int64(number)), at: start + .milliseconds(Int64(number) * 5))
            recorder.verified(
                after: .milliseconds(Int64(number)),
                at: now,
                polls: 3,
                requests: 5
            )
            for _ in 0..<3 {
                recorder.polled(at: now)
                recorder.answered(.poll, with: 302, at: now)
            }
            recorder.answered(.submit, with: 202, at: now)
            recorder.answered(.fetch, with: 200, at: now)
            recorder.ended += 1
        }
        recorder.count(.status(.poll, 500))
        recorder.count(.status(.poll, 500))
        recorder.count(.wrongResult)
        let outcome = Engine.Outcome(
            recorder: recorder,
            ending: .complete,
            end: start + .seconds(20),
            connections: 12,
            resent: 1,
            adminTroubles: [:]
        )
        var plan = try LoadPlan.forTests("http://127.0.0.1:8080", "http://localhost/levee", clients: 1_200, jobs: 1_000)
        plan.pollInterval = .fixed(.milliseconds(10))
        return LoadReport(outcome, plan: plan, startedAt: "2026-11-22T01:22:06.935Z", cpuSeconds: 0.08)
    }

    @Test func `rates are over the time in which it happened`() throws {
        let report = try report()
        #expect(report.rates.submitsPerSecond == 200)
        #expect(report.rates.jobsPerSecond == 100)
        #expect(report.rates.pollsPerSecond == 150)
        #expect(report.rates.pollsPerJob == 3)
        #expect(report.rates.requestsPerJob == 5)
        #expect(abs((report.generator.cpuMicrosecondsPerRequest ?? 0) - 16) < 1e-9)
    }

    @Test func `percentiles are exact to three digits`() throws {
        let report = try report()
        let endToEnd = try #require(report.latency.endToEnd)
        #expect(endToEnd.count == 1_000)
        for (measured, exact) in [
            (endToEnd.p50, 500.0), (endToEnd.p90, 900), (endToEnd.p99, 990), (endToEnd.p999, 999),
            (endToEnd.max, 1_000),
        ] {
            #expect(abs(measured - exact) <= exact / 1_000)
        }
        #expect(abs(try #require(report.latency.submit).p50 - 0.5) < 0.001)
        #expect(report.latency.line == nil)
    }

    @Test func `latencies over an hour count as an hour`() {
        var latencies = Recorder.Latencies()
        latencies.record(.hours(30))
        #expect(abs(latencies.milliseconds(atPercentile: 50) - 3_600_000) < 3_600)
    }

    @Test func `JSON gives the report back`() throws {
        let report = try report()
        #expect(try LoadReport(json: report.json) == report)
    }

    @Test func `the text says what there is to say`() throws {
        let report = try report()
        #expect(
            report.text == """
                1,000 of 1,000 jobs of type square in 20.0 s, begun 2026-11-22T01:22:06.935Z
                1,200 clients, poll every 10 ms, http://127.0.0.1:8080 http://localhost/levee, at most 512 connections each

                submitted 1,000, verified 1,000, failed 0, unfinished 0, refused for a while 0
                200 submits/s, 100 jobs/s, 5.00 requests/job, 3.00 polls/job, 150 polls/s

                ms                p50        p90        p99      p99.9        max      count
                submit           0.50       0.90       0.99       1.00       1.00      1,000
                line                -
                service             -
                notice              -
                end to end     500.22     900.10     990.21     999.42   1,000.00      1,000

                answers: fetch 200 1,000, poll 302 3,000, submit 202 1,000

                errors
                         2  poll 500
                         1  wrong result
                generator: 5,000 requests over 12 connections, 0.08 s of CPU, 16.0 us per request
                """
        )
    }
}
