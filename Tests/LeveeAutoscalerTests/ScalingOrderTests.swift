// When the fleet is told a number.

import Testing

@testable import LeveeAutoscaler

@Suite struct ScalingOrderTests {
    private var order = ScalingOrder()

    @Test("a number that is there already is not told")
    mutating func nothingToDo() {
        #expect(order.next(desired: 3, found: 3, at: .zero) == nil)
        #expect(order.next(desired: 3, found: 3, at: .seconds(2)) == nil)
    }

    @Test("a new number is told at once")
    mutating func newNumber() {
        #expect(order.next(desired: 5, found: 3, at: .zero) == 5)
        order.end(isDone: true, at: .seconds(1))
        #expect(order.next(desired: 4, found: 5, at: .seconds(2)) == 4)
    }

    @Test("a number that was never told is told when it is there by chance, since what was told before is still coming")
    mutating func numberFoundByChance() {
        #expect(order.next(desired: 5, found: 3, at: .zero) == 5)
        order.end(isDone: true, at: .zero)
        #expect(order.next(desired: 3, found: 3, at: .seconds(2)) == 3)
    }

    @Test("while a call is under way none begins; the newest number is told afterwards")
    mutating func oneAtATime() {
        #expect(order.next(desired: 5, found: 3, at: .zero) == 5)
        #expect(order.next(desired: 6, found: 3, at: .seconds(2)) == nil)
        #expect(order.next(desired: 7, found: 3, at: .seconds(4)) == nil)
        order.end(isDone: true, at: .seconds(5))
        #expect(order.next(desired: 7, found: 5, at: .seconds(6)) == 7)
    }

    @Test("a worker that is gone is replaced at the second reading that shows it")
    mutating func lostWorker() {
        #expect(order.next(desired: 3, found: 3, at: .zero) == nil)
        #expect(order.next(desired: 3, found: 2, at: .seconds(2)) == nil)
        #expect(order.next(desired: 3, found: 2, at: .seconds(4)) == 3)
    }

    @Test("two readings that show it must follow one another")
    mutating func flicker() {
        #expect(order.next(desired: 3, found: 3, at: .zero) == nil)
        #expect(order.next(desired: 3, found: 2, at: .seconds(2)) == nil)
        #expect(order.next(desired: 3, found: 3, at: .seconds(4)) == nil)
        #expect(order.next(desired: 3, found: 2, at: .seconds(6)) == nil)
    }

    @Test("workers too many are left to the law")
    mutating func tooMany() {
        #expect(order.next(desired: 3, found: 3, at: .zero) == nil)
        #expect(order.next(desired: 3, found: 4, at: .seconds(2)) == nil)
        #expect(order.next(desired: 3, found: 4, at: .seconds(100)) == nil)
        #expect(order.next(desired: 2, found: 4, at: .seconds(102)) == 2)
    }

    @Test("the pauses grow up to the longest")
    mutating func backoff() {
        #expect(order.next(desired: 3, found: 0, at: .zero) == 3)
        var pauses: [Duration] = [order.end(isDone: true, at: .zero)]
        var now = Duration.zero
        while pauses.count < 8 {
            now += .seconds(1)
            guard order.next(desired: 3, found: 0, at: now) != nil else { continue }
            pauses.append(order.end(isDone: true, at: now))
        }
        #expect(pauses == [2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
        // Each call came when the pause before it was over: 2 + 4 + 8 + 16 + 32 + 60 + 60.
        #expect(now == .seconds(182))
    }

    @Test("a failed call is made again after the pause, without a second reading")
    mutating func failure() {
        #expect(order.next(desired: 5, found: 3, at: .zero) == 5)
        #expect(order.end(isDone: false, at: .zero) == .seconds(2))
        #expect(order.next(desired: 5, found: 3, at: .seconds(1)) == nil)
        #expect(order.next(desired: 5, found: 3, at: .seconds(2)) == 5)
        #expect(order.end(isDone: false, at: .seconds(2)) == .seconds(4))
    }

    @Test("another number does not wait for the pause of the last, and begins with the shortest")
    mutating func numberChanges() {
        failTwice()
        #expect(order.next(desired: 4, found: 3, at: .seconds(3)) == 4)
        #expect(order.end(isDone: true, at: .seconds(3)) == .seconds(2))
    }

    @Test("workers that are there for a moment do not make the pauses short again")
    mutating func crashLoop() {
        failTwice()
        #expect(order.next(desired: 5, found: 5, at: .seconds(10)) == nil)
        #expect(order.next(desired: 5, found: 5, at: .seconds(69)) == nil)
        #expect(order.next(desired: 5, found: 3, at: .seconds(70)) == nil)
        #expect(order.next(desired: 5, found: 3, at: .seconds(72)) == 5)
        #expect(order.end(isDone: true, at: .seconds(72)) == .seconds(8))
    }

    @Test("workers that stay do")
    mutating func settled() {
        failTwice()
        #expect(order.next(desired: 5, found: 5, at: .seconds(10)) == nil)
        #expect(order.next(desired: 5, found: 5, at: .seconds(70)) == nil)
        #expect(order.next(desired: 5, found: 3, at: .seconds(72)) == nil)
        #expect(order.next(desired: 5, found: 3, at: .seconds(74)) == 5)
        #expect(order.end(isDone: true, at: .seconds(74)) == .seconds(2))
    }

    @Test("what is forgotten does not include the call under way")
    mutating func forgetting() {
        #expect(order.next(desired: 5, found: 3, at: .zero) == 5)
        order.forget()
        #expect(order.next(desired: 4, found: 3, at: .seconds(2)) == nil)
        order.end(isDone: true, at: .seconds(3))
        #expect(order.next(desired: 3, found: 3, at: .seconds(4)) == nil)
        order.forget()
        #expect(order.next(desired: 4, found: 4, at: .seconds(6)) == nil)
    }

    private mutating func failTwice() {
        #expect(order.next(desired: 5, found: 3, at: .zero) == 5)
        order.end(isDone: false, at: .zero)
        #expect(order.next(desired: 5, found: 3, at: .seconds(2)) == 5)
        #expect(order.end(isDone: false, at: .seconds(2)) == .seconds(4))
    }
}
