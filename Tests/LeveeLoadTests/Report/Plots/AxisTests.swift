// Axes end at round values, and their ticks say what they are.

import Testing

@testable import LeveeLoad

struct AxisTests {
    @Test(
        arguments: [
            (0.0, ["0", "1"], 1.0), (1, ["0", "1"], 1), (3, ["0", "1", "2", "3"], 3),
            (7, ["0", "2", "4", "6", "8"], 8),
            (41, ["0", "20", "40", "60"], 60), (1_234, ["0", "500", "1,000", "1,500"], 1_500),
        ] as [(Double, [String], Double)]
    )
    func `counts are whole`(most: Double, labels: [String], top: Double) {
        let axis = Axis.counts(upTo: most)
        #expect(axis.ticks.map(\.label) == labels)
        #expect(axis.domain == 0...top)
    }

    @Test(arguments: [(0.07, "0.02"), (0.7, "0.2"), (9.0, "5")] as [(Double, String)])
    func `amounts may be small`(most: Double, second: String) {
        let axis = Axis.amounts(upTo: most)
        #expect(axis.ticks.dropFirst().first?.label == second)
        #expect(axis.domain.upperBound >= most)
    }

    @Test(
        arguments: [
            (0.8...900.0, ["0.1 ms", "1 ms", "10 ms", "100 ms", "1 s"]),
            (12.0...60.0, ["10 ms", "20 ms", "50 ms", "100 ms"]),
            (1_500.0...1_500.0, ["1 s", "2 s", "5 s", "10 s"]),
            (1.0...250_000.0, ["1 ms", "10 ms", "100 ms", "1 s", "10 s", "100 s"]),
        ] as [(ClosedRange<Double>, [String])]
    )
    func `latencies are shown by decades`(values: ClosedRange<Double>, labels: [String]) {
        let axis = Axis.milliseconds(values)
        #expect(axis.ticks.map(\.label) == labels)
        #expect(axis.domain.lowerBound <= values.lowerBound && axis.domain.upperBound >= values.upperBound)
    }

    @Test(
        arguments: [
            (10.0, ["0 s", "2 s", "4 s", "6 s", "8 s", "10 s"]),
            (90, ["0 s", "15 s", "30 s", "45 s", "60 s", "75 s", "90 s"]),
            (420, ["0:00", "1:00", "2:00", "3:00", "4:00", "5:00", "6:00", "7:00"]),
            (
                7_200,
                ["0:00:00", "0:15:00", "0:30:00", "0:45:00", "1:00:00", "1:15:00", "1:30:00", "1:45:00", "2:00:00"]
            ),
        ] as [(Double, [String])]
    )
    func `time is told as long tests are`(seconds: Double, labels: [String]) {
        #expect(Axis.time(upTo: seconds).ticks.map(\.label) == labels)
    }

    @Test(arguments: [0.001, 0.4, 3, 100, 86_400, 604_800])
    func `there are never more ticks than can be read`(seconds: Double) {
        #expect((2...10).contains(Axis.time(upTo: seconds).ticks.count))
    }

    @Test func `values go to their places, and none leaves the plot`() {
        let linear = Scale(kind: .linear, domain: 0...10, ends: (100, 0))
        #expect([0, 5, 10, 20, -1].map { linear.place($0) } == [100, 50, 0, 0, 100])
        let decades = Scale(kind: .logarithmic, domain: 1...100, ends: (0, 200))
        #expect([1.0, 10, 100, 0].map { decades.place($0) } == [0, 100, 200, 0])
        #expect(Scale(kind: .linear, domain: 3...3, ends: (7, 9)).place(3) == 7)
    }

    @Test func `labels move apart as little as they must, and stay inside`() {
        #expect(PlotDrawing.apart([10, 50, 90], by: 14, within: 0...100) == [10, 50, 90])
        #expect(PlotDrawing.apart([50, 50, 50], by: 14, within: 0...100) == [50, 64, 78])
        #expect(PlotDrawing.apart([95, 96, 100], by: 14, within: 0...100) == [72, 86, 100])
    }
}
