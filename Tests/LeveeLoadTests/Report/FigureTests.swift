// Numbers for people.

import Testing

@testable import LeveeLoad

struct FigureTests {
    @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567")])
    func `thousands stand apart`(value: Int, text: String) {
        #expect(Figure.count(value) == text)
    }

    @Test(arguments: [
        (0, 2, "0.00"), (1.005, 1, "1.0"), (0.05, 2, "0.05"), (12_345.678, 1, "12,345.7"), (-0.001, 2, "0.00"),
        (-1.5, 1, "-1.5"), (9.999, 2, "10.00"), (2.5, 0, "3"),
    ])
    func `digits after the point`(value: Double, digits: Int, text: String) {
        #expect(Figure.fixed(value, digits) == text)
    }

    @Test(arguments: [(0.1234, "0.123"), (1.234, "1.23"), (12.34, "12.3"), (123.4, "123"), (5, "5")])
    func `about three digits count`(value: Double, text: String) {
        #expect(Figure.short(value) == text)
    }
}
