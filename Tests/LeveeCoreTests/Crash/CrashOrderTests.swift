// How an order to die at a crash point is read.

#if DEBUG
    import LeveeCore
    import Testing

    @Suite struct CrashOrderTests {
        @Test(arguments: CrashPoint.allCases) func aPointIsNamedWithOrWithoutAnArrival(point: CrashPoint) throws {
            let first = try #require(CrashOrder(point.rawValue))
            #expect((first.point, first.arrival) == (point, 1))
            let third = try #require(CrashOrder("\(point.rawValue):3"))
            #expect((third.point, third.arrival) == (point, 3))
        }

        @Test(arguments: [
            "", ":", ":1", "submit", "submit.stored ", "Submit.stored", "submit.stored:", "submit.stored:0",
            "submit.stored:-1", "submit.stored:x", "submit.stored:1:2",
        ])
        func anythingElseIsNone(text: String) {
            #expect(CrashOrder(text) == nil)
        }
    }
#endif
