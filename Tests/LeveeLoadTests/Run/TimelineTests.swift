// What happened when, however long it went on.

import NIOCore
import Testing

@testable import LeveeLoad

struct TimelineTests {
    private let start = SampleRun.start

    @Test func `each second has its counts and its latencies`() throws {
        let series = try SampleRun(seconds: 10, silence: 4..<6).report().series
        #expect(series.secondsPerPoint == 1)
        let begins: [Double] = (0..<10).map(Double.init)
        let completed: [Int] = [0, 0] + Array(repeating: 10, count: 8)
        let ready: [Int?] = [0, 1, 2, 3, nil, nil, 6, 7, 8, 9]
        #expect(series.points.map(\.from) == begins)
        #expect(series.points.map(\.submitted) == Array(repeating: 10, count: 10))
        #expect(series.points.map(\.completed) == completed)
        #expect(series.points.map(\.polls) == completed.map { $0 * 3 })
        #expect(series.points[0].pollsPerJob == nil)
        #expect(series.points[5].pollsPerJob == 3)
        #expect(series.points[5].statuses == ["202": 10, "302": 10])
        #expect(series.points[0].roundTrip == nil)
        #expect(abs(try #require(series.points[5].roundTrip).p95 - 2_000) <= 20)
        #expect(abs(try #require(series.points[5].submit).max - 5) <= 0.05)
        #expect(series.points.map { $0.queues?.ready } == ready)
        #expect(series.points[9].workers == .init(working: 2, draining: 1, desired: 3, slots: 8, busy: 4))
    }

    @Test(arguments: [600, 601, 1_300, 100_000])
    func `a longer test has coarser points, and loses no count`(seconds: Int) throws {
        let series = try SampleRun(seconds: seconds).report().series
        #expect(series.points.count <= Timeline.limit)
        #expect(series.points.count > Timeline.limit / 2 - 1)
        #expect(series.points.map(\.submitted).reduce(0, +) == seconds * 10)
        #expect(series.points.map(\.completed).reduce(0, +) == (seconds - 2) * 10)
        #expect(series.points.map(\.length).reduce(0, +) == Double(seconds))
        #expect(abs(try #require(series.points.last?.roundTrip).p50 - 2_000) <= 20)
        #expect(series.points.dropLast().allSatisfy { $0.length == series.secondsPerPoint })
    }

    @Test func `a week takes no more memory than ten minutes`() {
        var timeline = Timeline(start: start)
        // Latencies from a microsecond to over an hour, so that each histogram is as large as it can get.
        for second in stride(from: 0, to: 604_800, by: 7) {
            timeline.note(at: start + .seconds(Int64(second))) { slice in
                slice.submit.record(.microseconds(Int64(second % 1_000)))
                slice.submit.record(.hours(2))
            }
        }
        #expect(timeline.slices.count <= Timeline.limit)
        #expect(timeline.width == .seconds(1_024))
        let bytes = timeline.slices.map(\.submit.bytes).reduce(0, +)
        #expect(bytes > 0)
        #expect(bytes / timeline.slices.count < 32_768)
    }

    @Test func `the last point is as long as the test went on`() {
        var timeline = Timeline(start: start)
        timeline.note(at: start + .milliseconds(2_100)) { $0.submitted = 1 }
        #expect(timeline.spans(until: start + .milliseconds(2_750)).map { $0.length } == [1, 1, 0.75])
        // A tenth of a second is no time for a rate.
        let short = timeline.spans(until: start + .milliseconds(2_125))
        #expect(short.map { $0.length } == [1, 1.125])
        #expect(short.last?.slice.submitted == 1)
    }

    @Test func `what comes late belongs to its own time`() {
        var timeline = Timeline(start: start)
        timeline.note(at: start + .seconds(5)) { $0.submitted += 1 }
        timeline.note(at: start + .seconds(1)) { $0.submitted += 1 }
        timeline.note(at: start - .seconds(1)) { $0.submitted += 1 }
        #expect(timeline.slices.map(\.submitted) == [1, 1, 0, 0, 0, 1])
    }
}
