// What is said of a job: where it is, why, and what happens next.

import LeveeCore
import Testing

@testable import levee

@Suite struct JobExplanationTests {
    private let now = FactsBuilder.now

    // MARK: In line

    @Test func aQueuedJobKnowsItsPlaceAndWhoServesIt() {
        var facts = FactsBuilder(.queued)
        facts.place.ahead = 2
        facts.queue.figures.entered = [5, 9, 0]
        facts.queue.figures.left = [1, 0, 0]
        facts.workers = [FactsBuilder.worker(running: 1), FactsBuilder.worker("w2", running: 4)]
        let said = facts.explanation
        #expect(said.place == "It is queued in default for 3 s, with normal priority: 6 jobs at most before it.")
        #expect(said.reason == "It was submitted 3 s ago.")
        #expect(
            said.next
                == "A worker takes it when it is its turn: 2 workers serve default, 3 of 8 slots free. "
                + "If it has not started in 2 h, it ends as failed (expired)."
        )
        facts.place.ahead = 0
        facts.queue.figures.entered = [0, 9, 0]
        facts.queue.figures.left = [0, 0, 0]
        #expect(facts.explanation.place.hasSuffix("it is the next one."))
        facts.place.ahead = nil
        #expect(facts.explanation.place.hasSuffix("too far back in line to be counted."))
    }

    @Test func whatHoldsAQueueUpIsNamed() {
        var facts = FactsBuilder(.queued)
        #expect(facts.explanation.next.hasPrefix("Nothing, until a worker starts that serves default: there is none."))
        facts.workers = [FactsBuilder.worker(isDraining: true)]
        #expect(facts.explanation.next.contains("those that do are draining"))
        facts.workers = [FactsBuilder.worker(running: 4)]
        #expect(facts.explanation.next.contains("1 worker serves default, all of 4 slots busy"))
        facts.queue.figures.running = 4
        facts.cap = 4
        #expect(facts.explanation.next.contains("one of the 4 running jobs of default has ended: its cap is 4"))
        facts.queue.figures.isPaused = true
        #expect(facts.explanation.next.hasPrefix("Nothing, until somebody resumes the queue"))
    }

    @Test func aDeadlineIsSaid() {
        var facts = FactsBuilder(.queued)
        facts.place.endBy = now + .seconds(90)
        #expect(facts.explanation.next.hasSuffix("If it has not ended in 1 min 30 s, it is canceled."))
        facts.place.endBy = now + .seconds(-1)
        #expect(facts.explanation.next.hasSuffix("Its deadline is over: it ends as canceled with the next tick."))
        facts = FactsBuilder(.running)
        facts.place.endBy = now + .seconds(90)
        #expect(facts.explanation.next.contains("If it has not ended in 1 min 30 s, it is asked to."))
    }

    @Test func whyAJobIsInLineAgainIsSaid() {
        var facts = FactsBuilder(.queued)
        facts.cause = .promote
        #expect(facts.explanation.reason == "Its time came 3 s ago.")
        facts.cause = .release
        #expect(facts.explanation.reason.contains("handed it back"))
        facts.cause = .lost
        #expect(facts.explanation.reason.contains("never got it"))
        facts.stalls = 1
        #expect(facts.explanation.reason.hasSuffix("It has lost 1 worker so far."))
        facts.stalls = 2
        facts.place.ahead = 1
        facts.workers = [FactsBuilder.worker()]
        let said = facts.explanation
        #expect(said.place.hasSuffix("apart from the others: behind 1 other of those that run alone."))
        #expect(said.reason.contains("2 workers"))
        #expect(said.next.contains("as soon as it has nothing else to do"))
    }

    @Test func aJobThatIsTooLateIsSaidToBe() {
        var facts = FactsBuilder(.queued)
        facts.place.startBy = now
        #expect(facts.explanation.next.hasSuffix("it ends as failed (expired) with the next tick."))
    }

    // MARK: Until it is due

    @Test(arguments: [
        (HistoryEntry.Cause.submit, "It was submitted 3 s ago with a delay."),
        (.fail, "Attempt 1 of 3 failed 3 s ago: exit-status it broke. It is tried again after a pause."),
        (.throttle, "Its handler put it off 3 s ago: exit-status it broke. No attempt was used up."),
        (.clock, "The clock of Redis was set back 3 s ago, so its delay began anew then."),
    ])
    func aScheduledJobKnowsWhy(cause: HistoryEntry.Cause, words: String) {
        var facts = FactsBuilder(.scheduled)
        facts.cause = cause
        facts.note = cause == .submit ? nil : "exit-status it broke"
        facts.failures = 1
        let due = now + .seconds(65)
        facts.adjust = { $0.dueAt = due }
        let said = facts.explanation
        #expect(said.place == "It is scheduled in default, due in 1 min 5 s (2027-01-15T08:01:05.000Z).")
        #expect(said.reason == words)
        #expect(said.next.hasPrefix("It is put in line when it is due; then a worker takes it."))
    }

    @Test func aJobThatIsOverdueWaitsForATick() {
        var facts = FactsBuilder(.scheduled)
        let due = now + .seconds(-60)
        facts.adjust = { $0.dueAt = due }
        #expect(facts.explanation.place.hasSuffix("has been due for 1 min."))
        #expect(facts.explanation.next.contains("if it stays none of them runs"))
    }

    // MARK: Running

    @Test func aRunningJobKnowsItsWorkerAndItsLease() {
        var facts = FactsBuilder(.running)
        facts.cause = .claim
        facts.place.worker = "w1"
        facts.place.leaseUntil = now + .seconds(4)
        facts.workers = [FactsBuilder.worker(running: 1)]
        let claimed = now + .seconds(-30)
        facts.adjust = {
            $0.claimedAt = claimed
            $0.progress = Progress(percent: 40, stage: "half way")
        }
        let said = facts.explanation
        #expect(said.place == "It runs on worker w1 (host north, pid 12), last seen 1 s ago.")
        #expect(said.reason == "It was claimed 30 s ago, as attempt 1 of 3. It is at 40 % (half way).")
        #expect(said.next.contains("Its lease lasts another 4 s"))
        #expect(said.next.hasSuffix("it goes back to the front of its line."))
        facts.workers = []
        #expect(facts.explanation.place.contains("has not shown itself"))
    }

    @Test func whatALossWouldMeanDependsOnThoseBefore() {
        var facts = FactsBuilder(.running)
        facts.place.leaseUntil = now + .seconds(-2)
        #expect(facts.explanation.next.contains("Its lease ran out 2 s ago"))
        facts.stalls = 1
        #expect(facts.explanation.next.hasSuffix("it is run again, alone: it would be loss 2."))
        facts.stalls = 4
        #expect(facts.explanation.next.contains("it fails as poison"))
        facts.place.leaseUntil = nil
        #expect(facts.explanation.next.contains("levee doctor"))
        facts.adjust = { $0.isCancelRequested = true }
        #expect(facts.explanation.reason.hasSuffix("Its end was asked for."))
        #expect(facts.explanation.next.hasSuffix("it ends as canceled."))
    }

    // MARK: Ended

    @Test func aSucceededJobTellsWhereItsResultIs() {
        var facts = FactsBuilder(.succeeded)
        facts.cause = .finish
        let claimed = now + .seconds(-8)
        facts.adjust = {
            $0.claimedAt = claimed
            $0.result = .init(status: 200, mediaType: "text/plain", length: 12, inline: nil)
        }
        let said = facts.explanation
        #expect(said.place == "It has succeeded, 3 s ago (2027-01-15T07:59:57.000Z).")
        #expect(said.reason.contains("It took 5 s. Its result, 12 bytes of text/plain, is at /resources/00abc."))
        #expect(said.next == "Nothing more; in 1 d 1 h (2027-01-16T09:00:00.000Z) nothing is left of it.")
    }

    @Test func aFailedJobTellsWhy() {
        var facts = FactsBuilder(.failed)
        facts.cause = .fail
        facts.failures = 3
        facts.adjust = { $0.failure = .init(code: "exit-status", detail: "it broke", status: nil) }
        #expect(facts.explanation.reason == "All 3 attempts failed, the last one with exit-status: it broke.")
        #expect(facts.explanation.next.contains("kept as a dead letter"))
        facts.failures = 1
        #expect(facts.explanation.reason.hasPrefix("Attempt 1 of 3 failed for good"))
        facts.adjust = { $0.failure = .init(code: "expired", detail: "not started in time", status: nil) }
        facts.cause = .expire
        #expect(facts.explanation.reason == "It was not started in time.")
        #expect(facts.explanation.next.hasPrefix("Nothing more;"))
        facts.adjust = { $0.failure = .init(code: "poison", detail: "lost its worker 5 times", status: nil) }
        facts.cause = .poison
        #expect(facts.explanation.reason == "It lost its worker 5 times, and was given up.")
    }

    @Test func aCanceledJobIsSaidToHaveBeenAskedTo() {
        var facts = FactsBuilder(.canceled)
        facts.cause = .cancel
        #expect(facts.explanation.place.hasPrefix("It was canceled, 3 s ago"))
        #expect(facts.explanation.reason == "Its end was asked for.")
    }

    @Test(arguments: [
        (0, "less than 1 s"), (999, "less than 1 s"), (1_000, "1 s"), (61_000, "1 min 1 s"), (3_600_000, "1 h"),
        (90_061_000, "1 d 1 h"),
    ])
    func spansHaveTwoUnitsAtMost(milliseconds: Int, text: String) {
        #expect(Span.text(.milliseconds(milliseconds)) == text)
    }
}
