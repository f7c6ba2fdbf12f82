// Sets of times.

import Testing

@testable import levee_verdict

@Suite struct SpansTests {
    @Test("Spans that touch become one")
    func merge() {
        #expect(Spans([5..<7, 1..<3, 3..<4, 6..<9, 2..<2]).all == [1..<4, 5..<9])
        #expect(Spans([1..<2]).union(Spans([4..<5, 2..<3])).all == [1..<3, 4..<5])
    }

    @Test("What is subtracted is not there")
    func subtract() {
        #expect(Spans([0..<10]).subtracting(Spans([2..<3, 5..<7])).all == [0..<2, 3..<5, 7..<10])
        #expect(Spans([0..<10, 20..<30]).subtracting(Spans([5..<25])).all == [0..<5, 25..<30])
        #expect(Spans([0..<10]).subtracting(Spans([0..<10])).all.isEmpty)
    }

    @Test("The longest span within a range")
    func longest() {
        let spans = Spans([0..<5, 6..<20])
        #expect(spans.longest(within: 1..<9) == 4)
        #expect(spans.longest(within: 5..<6) == 0)
        #expect(spans.longest(within: 30..<40) == 0)
    }

    @Test("What lies in one span, and what reaches into a gap")
    func contains() {
        let spans = Spans([0..<5, 6..<20])
        #expect(spans.contains(6) && !spans.contains(5))
        #expect(spans.contains(6, 19))
        #expect(!spans.contains(6, 20))
        #expect(!spans.contains(2, 8))
    }

    @Test("Where so many are at once")
    func crowded() {
        #expect(Spans.crowded([0..<10, 2..<6, 4..<12], atLeast: 2).all == [2..<10])
        #expect(Spans.crowded([0..<10, 2..<6, 4..<12], atLeast: 3).all == [4..<6])
        #expect(Spans.crowded([0..<5, 5..<9], atLeast: 2).all.isEmpty)
    }
}
