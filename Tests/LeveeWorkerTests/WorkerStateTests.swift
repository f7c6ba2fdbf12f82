// The bookkeeping of a worker, step by step.

import LeveeCore
import Testing

@testable import LeveeWorker

struct WorkerStateTests {
    private let now = ContinuousClock.now

    private func settlement(_ job: LeasedJob, bytes: Int = 1) -> Settlement {
        let content = Content(mediaType: "text/plain", bytes: [UInt8](repeating: 0, count: bytes))
        return Settlement(lease: job.lease, outcome: .succeeded(JobResult(content: content)), busy: .zero)
    }

    private func state(slots: Int, running jobs: [LeasedJob] = []) -> WorkerState {
        var state = WorkerState(slots: slots)
        _ = state.accept(jobs)
        return state
    }

    @Test("a claim promises all free slots, so that a settlement beside it claims nothing")
    func promised() throws {
        var state = state(slots: 3, running: [leasedJob(1)])
        let claim = try state.beginClaim().get()
        #expect(claim.limit == 2 && !claim.isIdle)
        #expect(!state.hasRoom)
        state.end(leasedJob(1).lease, as: .settle(settlement(leasedJob(1))))
        let begun = state.beginSettling(count: 10, bytes: 100)
        let call = try #require(begun)
        #expect(call.settlements.count == 1 && call.limit == 0)
        state.end(call, isKnown: true, at: now)
        #expect(state.isClaiming)
        state.end(claim, isKnown: true, at: now)
        #expect(state.free == 3 && state.hasRoom)
        #expect(state.lastContact == now)
    }

    @Test("a settlement claims for the slots it frees and for free ones; meanwhile no other claim can")
    func fused() throws {
        var state = state(slots: 5, running: [leasedJob(1), leasedJob(2)])
        state.end(leasedJob(1).lease, as: .settle(settlement(leasedJob(1))))
        let begun = state.beginSettling(count: 10, bytes: 100)
        let call = try #require(begun)
        #expect(call.limit == 4 && !call.isIdle)
        #expect(state.free == 0)
        guard case .failure(.closed) = state.beginClaim() else {
            Issue.record("a second claim")
            return
        }
        state.end(call, isKnown: true, at: now)
        #expect(state.free == 4)
    }

    @Test("outcomes that were not taken are kept, behind those that came later, and hold their slots")
    func kept() throws {
        var state = state(slots: 2, running: [leasedJob(1), leasedJob(2)])
        state.end(leasedJob(1).lease, as: .settle(settlement(leasedJob(1))))
        let begun = state.beginSettling(count: 10, bytes: 100)
        let call = try #require(begun)
        state.end(leasedJob(2).lease, as: .settle(settlement(leasedJob(2))))
        state.end(call, isKnown: false, at: now)
        #expect(state.pending.map(\.lease) == [leasedJob(2).lease, leasedJob(1).lease])
        #expect(state.free == 0 && !state.hasRoom)
        let second = state.beginSettling(count: 1, bytes: 100)
        let again = try #require(second)
        #expect(again.settlements.map(\.lease) == [leasedJob(2).lease] && again.limit == 0)
        state.end(again, isKnown: true, at: now)
        let third = state.beginSettling(count: 1, bytes: 100)
        let last = try #require(third)
        #expect(last.limit == 2 && last.isIdle)
    }

    @Test("a batch has its bounds, and one that is too large goes alone")
    func bounds() throws {
        let jobs = (1...4).map { leasedJob($0) }
        var state = state(slots: 4, running: jobs)
        for (job, size) in zip(jobs, [500, 40, 40, 40]) {
            state.end(job.lease, as: .settle(settlement(job, bytes: size)))
        }
        for expected in [1, 2, 1] {
            let begun = state.beginSettling(count: 3, bytes: 100)
            let call = try #require(begun)
            #expect(call.settlements.count == expected)
            state.end(call, isKnown: true, at: now)
        }
        #expect(state.pending.isEmpty)
    }

    @Test("the first reason to stop counts, but for a lost lease")
    func reasons() {
        var state = state(slots: 1, running: [leasedJob()])
        let lease = leasedJob().lease
        let told = [state.stop(lease, for: .timeout), state.stop(lease, for: .timeout)]
        #expect(told == [true, false])
        let canceled = state.judge([lease: .cancel])
        #expect(canceled.isEmpty && state.running[lease]?.stopReason == .timeout)
        let lost = state.judge([lease: .lost])
        #expect(lost.isEmpty)
        #expect(state.running[lease]?.stopReason == .lost)
    }

    @Test("a verdict on an old lease does not touch a new one of the same job")
    func oldVerdict() {
        var state = state(slots: 2, running: [leasedJob(fence: 2)])
        let told = state.judge([leasedJob(fence: 1).lease: .lost])
        #expect(told.isEmpty)
        #expect(state.running[leasedJob(fence: 2).lease]?.stopReason == nil)
    }

    @Test("a lost attempt is not beaten for, one that waits to be handed back is")
    func beatenFor() {
        var state = state(slots: 3, running: [leasedJob(1), leasedJob(2), leasedJob(3)])
        _ = state.judge([leasedJob(1).lease: .lost])
        state.drain()
        state.end(leasedJob(2).lease, as: .handBack)
        #expect(Set(state.takeNews().map(\.lease)) == [leasedJob(2).lease, leasedJob(3).lease])
        _ = state.judge([leasedJob(2).lease: .lost])
        #expect(state.handBack.isEmpty)
    }

    @Test("a job that comes again has been lost before")
    func overtaken() {
        var state = state(slots: 2, running: [leasedJob(fence: 1)])
        let (start, stop) = state.accept([leasedJob(fence: 2)])
        #expect(start.map(\.lease.fence) == [2])
        #expect(stop == [leasedJob(fence: 1).lease])
        #expect(state.running[leasedJob(fence: 1).lease]?.stopReason == .lost)
    }

    @Test("a result whose lease is lost is dropped, unless a call has it")
    func lostResult() throws {
        var state = state(slots: 2, running: [leasedJob(1), leasedJob(2)])
        state.end(leasedJob(1).lease, as: .settle(settlement(leasedJob(1))))
        let begun = state.beginSettling(count: 1, bytes: 1)
        let call = try #require(begun)
        state.end(leasedJob(2).lease, as: .settle(settlement(leasedJob(2))))
        let sent = state.takeNews().map(\.lease)
        #expect(Set(sent) == [leasedJob(1).lease, leasedJob(2).lease])
        _ = state.judge([leasedJob(1).lease: .lost, leasedJob(2).lease: .lost])
        #expect(state.pending.isEmpty && state.inFlight.count == 1)
        state.end(call, isKnown: true, at: now)
        #expect(state.free == 2)
    }

    @Test("news are told once, and kept if they were not heard")
    func news() {
        var state = state(slots: 1, running: [leasedJob()])
        let lease = leasedJob().lease
        state.note(Progress(percent: 1), of: lease)
        let news = state.takeNews()
        #expect(news.map(\.progress) == [Progress(percent: 1)])
        let silence = state.takeNews()
        #expect(silence.map(\.progress) == [nil])
        state.putBack(news)
        let again = state.takeNews()
        #expect(again.map(\.progress) == [Progress(percent: 1)])
        state.note(Progress(percent: 2), of: lease)
        state.putBack(news)
        let newer = state.takeNews()
        #expect(newer.map(\.progress) == [Progress(percent: 2)])
    }

    @Test("what is claimed while the worker drains is handed back")
    func draining() {
        var state = state(slots: 2)
        state.drain()
        let (start, _) = state.accept([leasedJob()])
        #expect(start.isEmpty && state.handBack == [leasedJob().lease] && state.isDone)
    }

    @Test("beside a job that runs alone nothing is claimed")
    func alone() throws {
        var state = state(slots: 3, running: [leasedJob(1, runsAlone: true), leasedJob(2)])
        #expect(!state.hasRoom)
        state.end(leasedJob(2).lease, as: .settle(settlement(leasedJob(2))))
        let begun = state.beginSettling(count: 1, bytes: 1)
        let call = try #require(begun)
        #expect(call.limit == 0)
    }
}
