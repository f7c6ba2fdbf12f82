// The mean that forgets.

import LeveeCore
import Testing

@Suite struct MeanRunTests {
    @Test func theFirstOnesCountAlike() {
        var mean = MeanRun()
        for milliseconds in [10, 20, 60] { mean.add(.milliseconds(milliseconds)) }
        #expect(mean == MeanRun(count: 3, microseconds: 30_000))
        #expect(mean.inSeconds == 0.03)
    }

    @Test func laterOnesReplaceWhatWas() {
        var mean = MeanRun(count: 1_000_000, microseconds: 1_000)
        for _ in 0..<MeanRun.memory { mean.add(.seconds(1)) }
        #expect((600_000...670_000).contains(mean.microseconds), "two thirds of the way: \(mean.microseconds)")
        for _ in 0..<(10 * MeanRun.memory) { mean.add(.seconds(1)) }
        #expect(abs(mean.microseconds - 1_000_000) <= 50)
    }

    @Test func anEvenSampleOfAnyLengthLiesWithinIt() {
        #expect(QueueLine.sample(of: 0) == [])
        #expect(QueueLine.sample(of: 3) == [0, 1, 2])
        for length in [63, 64, 65, 1_000, 99_999] {
            let sample = QueueLine.sample(of: length)
            #expect(sample.count == min(length, QueueLine.look))
            #expect(sample.allSatisfy { (0..<length).contains($0) })
            #expect(zip(sample, sample.dropFirst()).allSatisfy { $0 < $1 })
        }
    }
}
