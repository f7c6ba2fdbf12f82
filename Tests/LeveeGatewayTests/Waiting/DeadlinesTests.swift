// Tests of when waiters are called.

import Testing

@testable import LeveeGateway

@Suite("Deadlines")
struct DeadlinesTests {
    private let start = ContinuousClock.now
    private let waiters = (0..<5).map { _ in Waiter(interest: .end) }

    private func tickets(_ due: [Waiter]) -> [Int] {
        due.compactMap { waiter in waiters.firstIndex { $0 === waiter } }.sorted()
    }

    @Test("those whose time is over are given once, never early, at most a step late")
    func order() {
        var deadlines = Deadlines()
        for ticket in 0..<5 { deadlines.set(ticket, waiters[ticket], at: start + .seconds(ticket)) }
        #expect(tickets(deadlines.takeDue(at: start + .milliseconds(1_900))) == [0, 1])
        #expect(deadlines.takeDue(at: start + .milliseconds(1_950)).isEmpty)
        #expect(tickets(deadlines.takeDue(at: start + .seconds(3) + Deadlines.precision * 2)) == [2, 3])
        #expect(tickets(deadlines.takeDue(at: start + .seconds(3_600))) == [4])
    }

    @Test("a deadline that is set anew counts, and a waiter that has left is not called")
    func changes() {
        var deadlines = Deadlines()
        for ticket in 0..<3 { deadlines.set(ticket, waiters[ticket], at: start + .seconds(1)) }
        deadlines.set(0, waiters[0], at: start + .seconds(9))
        deadlines.remove(1)
        deadlines.remove(4)
        #expect(tickets(deadlines.takeDue(at: start + .seconds(5))) == [2])
        #expect(tickets(deadlines.takeDue(at: start + .seconds(10))) == [0])
    }
}
