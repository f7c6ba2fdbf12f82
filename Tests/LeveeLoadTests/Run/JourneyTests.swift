// The way of one job, answer by answer.

import NIOCore
import Testing

@testable import LeveeLoad

struct JourneyTests {
    private let now = NIODeadline.uptimeNanoseconds(1_000_000_000)
    private var plan: LoadPlan
    private var recorder: Recorder
    private var journey: Journey

    init() throws {
        var plan = try LoadPlan.forTests(
            "http://127.0.0.1:1",
            "http://127.0.0.1:2/levee",
            "http://127.0.0.1:3",
            jobs: 9
        )
        plan.pollInterval = .retryAfter
        plan.historySampling = 2
        self.plan = plan
        recorder = Recorder(start: now)
        journey = Journey(number: 0, due: now, plan: plan)
    }

    private mutating func receive(_ response: Response) -> Journey.Action {
        journey.received(response, at: now, plan: plan, recorder: &recorder)
    }

    private mutating func fail(_ error: TransportError) -> Journey.Action {
        journey.failed(error, at: now, plan: plan, recorder: &recorder)
    }

    private mutating func submit() {
        _ = receive(.of(202, location: "http://127.0.0.1:1/jobs/a", retryAfter: 1))
    }

    @Test mutating func `a job is polled at another front end than the one that took it`() {
        #expect(journey.proceed() == .send(.submit(job: 0), target: 0))
        submit()
        #expect(journey.proceed() == .send(.get(path: "/jobs/a"), target: 1))
    }

    @Test mutating func `who does not follow a job is done with it when it was taken`() {
        plan.follows = false
        #expect(receive(.of(202, location: "http://127.0.0.1:1/jobs/a", retryAfter: 1)) == .end)
        #expect((recorder.accepted, recorder.polls, recorder.completed) == (1, 0, 0))
    }

    @Test mutating func `without a pause the next poll goes out with the answer to the one before`() {
        plan.pollInterval = .fixed(.zero)
        let poll = Journey.Action.send(.get(path: "/jobs/a"), target: 1)
        #expect(receive(.of(202, location: "http://127.0.0.1:1/jobs/a", retryAfter: 1)) == poll)
        #expect(receive(.of(202, retryAfter: 1)) == poll)
        #expect(recorder.polls == 1)
    }

    @Test mutating func `a redirect is followed to where it leads`() {
        submit()
        let action = receive(.of(302, location: "http://127.0.0.1:3/resources/a"))
        #expect(action == .send(.get(path: "/resources/a"), target: 2))
        #expect(receive(.of(200, body: #"{"square":1}"#)) == .send(.get(path: "/jobs/a/history"), target: 2))
        #expect(receive(.of(200, body: ScriptedServer.history)) == .end)
        #expect(recorder.verified == 1)
        #expect(recorder.errors.isEmpty)
        #expect(recorder.line.milliseconds(atPercentile: 100).rounded() == 5)
        #expect(recorder.service.milliseconds(atPercentile: 100).rounded() == 20)
    }

    @Test mutating func `a relative redirect stays at its front end, under its path`() {
        submit()
        #expect(
            receive(.of(303, location: "/levee/resources/a")) == .send(.get(path: "/resources/a"), target: 1)
        )
    }

    @Test mutating func `hints are held against the end that the status tells`() {
        let start = now
        func at(_ milliseconds: Int64) -> NIODeadline { start + .milliseconds(milliseconds) }
        func answer(_ response: Response, at time: Int64) {
            _ = journey.received(response, at: at(time), plan: plan, recorder: &recorder)
        }
        answer(.of(202, location: "http://127.0.0.1:1/jobs/a", retryAfter: 8), at: 500)
        answer(.of(202, retryAfter: 1), at: 8_500)
        answer(.of(302, location: "http://127.0.0.1:3/resources/a", body: ended("a")), at: 13_500)
        // It ended 12 s after the first answer: that said 8, the second said 1 when 4 s were left.
        #expect(recorder.hints.off.count == 2)
        #expect(abs(recorder.hints.off.milliseconds(atPercentile: 50) - 3_000) < 5)
        #expect(abs(recorder.hints.off.milliseconds(atPercentile: 100) - 4_000) < 5)
        #expect(abs(recorder.hints.medianShare - 0.333) < 0.002)
        #expect(recorder.hints.right == 1)
        #expect(abs(recorder.hints.late.milliseconds(atPercentile: 100) - 1_000) < 5)
    }

    @Test mutating func `a status without times, and clients that go by their own clock, say nothing of hints`() {
        submit()
        _ = receive(.of(302, location: "http://127.0.0.1:3/resources/a", body: "{}"))
        #expect(recorder.hints.off.count == 0)
        #expect(recorder.errors.isEmpty)
    }

    @Test(arguments: ["http://192.0.2.1/resources/a", "//127.0.0.1:1/resources/a", "/resources/a", "resources/a"])
    mutating func `a redirect to elsewhere is not followed`(location: String) {
        submit()
        #expect(receive(.of(302, location: location)) == .end)
        #expect(recorder.errors == ["poll location missing or elsewhere": 1])
        #expect(recorder.failures == 1)
    }

    @Test mutating func `without a Location there is nothing to ask for`() {
        #expect(receive(.of(202, retryAfter: 1)) == .end)
        #expect(recorder.errors == ["submit location missing or elsewhere": 1])
        #expect(recorder.accepted == 0)
    }

    @Test(arguments: [200, 400, 404, 413, 415, 422, 500, 502])
    mutating func `a submit that is not accepted is an error of its kind`(status: Int) {
        #expect(receive(.of(status)) == .end)
        #expect(recorder.errors == ["submit \(status)": 1])
        #expect(recorder.failures == 1)
    }

    @Test(
        arguments: [
            (.of(503, isProblem: true, body: #"{"status":503}"#), "Retry-After"),
            (.of(503, retryAfter: 0, isProblem: true, body: #"{"status":503}"#), "Retry-After"),
            (.of(503, retryAfter: 1, body: #"{"status":503}"#), "a problem document"),
            (.of(503, retryAfter: 1, isProblem: true, body: #"{"status":500}"#), "a problem document"),
            (.of(503, retryAfter: 1, isProblem: true, body: "busy"), "a problem document"),
        ] as [(Response, String)]
    )
    mutating func `a refusal that a client cannot go by is an error`(answer: Response, missing: String) {
        #expect(receive(answer) == .end)
        #expect(recorder.errors == ["submit 503 without \(missing)": 1])
        #expect(recorder.rejections == 0)
    }

    @Test mutating func `a wrong result is an error`() {
        submit()
        _ = receive(.of(302, location: "http://127.0.0.1:1/resources/a"))
        #expect(receive(.of(200, body: #"{"square":2}"#)) == .end)
        #expect(recorder.errors == ["wrong result": 1])
        #expect(recorder.verified == 0)
    }

    @Test mutating func `a failed job is an error`() {
        submit()
        _ = receive(.of(302, location: "http://127.0.0.1:1/resources/a"))
        #expect(receive(.of(422)) == .end)
        #expect(recorder.errors == ["fetch 422": 1])
    }

    @Test mutating func `errors that may pass are borne for a while, each time at the next front end`() {
        submit()
        #expect(receive(.of(500)) == .sleep(until: now + .seconds(1)))
        #expect(journey.proceed() == .send(.get(path: "/jobs/a"), target: 2))
        #expect(receive(.of(503, retryAfter: 4)) == .sleep(until: now + .seconds(4)))
        #expect(fail(.closed) == .sleep(until: now + .seconds(1)))
        #expect(journey.proceed() == .send(.get(path: "/jobs/a"), target: 1))
        #expect(recorder.errors == ["poll 500": 1, "poll 503": 1, "poll connection closed": 1])
        #expect(recorder.failures == 0)
        // An answer as it should be ends the row.
        _ = receive(.of(202, retryAfter: 1))
        for _ in 0..<Journey.maxTroubles { #expect(fail(.timeout) == .sleep(until: now + .seconds(1))) }
        #expect(fail(.timeout) == .end)
        #expect(recorder.failures == 1)
    }

    @Test mutating func `a submit is made again only if it cannot have arrived`() {
        #expect(fail(.connect("refused")) == .sleep(until: now + .seconds(1)))
        #expect(journey.proceed() == .send(.submit(job: 0), target: 1))
        #expect(fail(.timeout) == .end)
        #expect(recorder.errors == ["submit connect refused": 1, "submit timeout": 1])
    }

    @Test mutating func `a history that cannot be read changes nothing about the job`() {
        submit()
        _ = receive(.of(302, location: "http://127.0.0.1:1/resources/a"))
        _ = receive(.of(200, body: #"{"square":1}"#))
        #expect(receive(.of(200, body: "{}")) == .end)
        #expect(recorder.errors == ["history unreadable": 1])
        #expect(recorder.verified == 1)
        #expect(recorder.failures == 0)
    }

    // MARK: Waiting

    private mutating func begin(_ mode: DeliveryMode, watched: [String] = []) {
        plan.mode = mode
        plan.watched = watched
        plan.historySampling = 0
        journey = Journey(number: 0, due: now, plan: plan)
    }

    private mutating func receive(_ response: Response, after seconds: Int64) -> Journey.Action {
        journey.received(response, at: now + .seconds(seconds), plan: plan, recorder: &recorder)
    }

    @Test mutating func `a client that waits asks at once, and again as soon as its time is over`() {
        begin(.wait)
        let location = "http://127.0.0.1:1/jobs/a"
        let wait = Journey.Action.send(.wait(path: "/jobs/a"), target: 1)
        #expect(receive(.of(202, location: location, retryAfter: 9)) == wait)
        #expect(receive(.of(202, location: location, retryAfter: 9), after: 30) == wait)
        // One that was not held: the front end is about to go.
        #expect(receive(.of(202, location: location, retryAfter: 9), after: 31) == .sleep(until: now + .seconds(40)))
        #expect(journey.proceed() == wait)
        let end = Response.of(302, location: "/levee/resources/a", body: ended("a"))
        #expect(receive(end, after: 41) == .send(.get(path: "/resources/a"), target: 1))
        #expect(receive(.of(200, body: #"{"square":1}"#), after: 41) == .end)
        #expect((recorder.verified, recorder.pollsOfCompleted, recorder.requestsOfCompleted) == (1, 3, 5))
        #expect(recorder.notice.count == 1)
        #expect(recorder.answers[Recorder.Answer(step: .wait, kind: "202")] == 2)
        #expect(recorder.hints.off.count == 0)
        #expect(recorder.errors.isEmpty)
    }

    private mutating func hear(_ version: Int, _ data: String = "{}", name: String = "state") {
        let event = ServerEvent(version: version, name: name, data: Array(data.utf8))
        journey.heard(event, at: now, recorder: &recorder)
    }

    @Test mutating func `events lead to the result, and a broken stream is taken up where it ended`() {
        begin(.sse)
        #expect(receive(.of(202, location: "/jobs/a")) == .send(.events(path: "/jobs/a", after: 0), target: 1))
        hear(1)
        hear(2, name: "progress")
        #expect(fail(.closed) == .sleep(until: now + .seconds(1)))
        #expect(journey.proceed() == .send(.events(path: "/jobs/a", after: 2), target: 2))
        // A front end that goes ends its streams, and that is no error.
        #expect(receive(.of(200)) == .sleep(until: now + .seconds(1)))
        #expect(journey.proceed() == .send(.events(path: "/jobs/a", after: 2), target: 0))
        hear(3, ended("a"))
        #expect(recorder.notice.count == 1)
        #expect(receive(.of(200)) == .send(.get(path: "/resources/a"), target: 0))
        #expect(receive(.of(200, body: #"{"square":1}"#)) == .end)
        #expect(recorder.errors == ["events connection closed": 1])
        #expect(recorder.answers[Recorder.Answer(step: .events, kind: "state")] == 2)
        #expect((recorder.verified, recorder.notice.count) == (1, 1))
    }

    @Test mutating func `a stream that breaks after the end has told all there was`() {
        begin(.sse)
        _ = receive(.of(202, location: "/jobs/a"))
        hear(3, ended("a").replacing("/resources/a", with: "http://127.0.0.1:3/resources/a"))
        #expect(fail(.closed) == .send(.get(path: "/resources/a"), target: 2))
        #expect(recorder.errors.isEmpty)
    }

    @Test(arguments: [0, 1, 2]) mutating func `a version has to be above the one before it`(version: Int) {
        begin(.sse)
        _ = receive(.of(202, location: "/jobs/a"))
        hear(2)
        hear(version)
        #expect(recorder.errors == ["events version missing, repeated or gone back": 1])
    }

    @Test mutating func `an end without a link to the result is an error`() {
        begin(.sse)
        _ = receive(.of(202, location: "/jobs/a"))
        hear(3, ended("a").replacing("/resources/a", with: "http://192.0.2.1/resources/a"))
        #expect(receive(.of(200)) == .end)
        #expect(recorder.errors == ["events location missing or elsewhere": 1])
    }

    @Test(arguments: DeliveryMode.allCases)
    mutating func `who only looks on submits nothing and fetches nothing`(mode: DeliveryMode) {
        begin(mode, watched: ["a", "b"])
        let first = journey.proceed()
        switch mode {
        case .poll: #expect(first == .send(.get(path: "/jobs/a"), target: 0))
        case .wait: #expect(first == .send(.wait(path: "/jobs/a"), target: 0))
        case .sse:
            #expect(first == .send(.events(path: "/jobs/a", after: 0), target: 0))
            hear(3, ended("a"))
        }
        #expect(receive(.of(mode == .sse ? 200 : 302, location: "/resources/a", body: ended("a"))) == .end)
        #expect((recorder.seen, recorder.completed, recorder.notice.count) == (1, 1, 1))
        #expect(Journey(number: 3, due: now, plan: plan).proceed() != first)
    }

    // MARK: Cancellation

    private static let canceled = """
        {"history":[{"status":"queued","at":"2026-11-22T01:22:06.935Z"},
        {"status":"canceled","at":"2026-11-22T01:22:06.940Z"}]}
        """

    @Test mutating func `a job is canceled at once, seen to be canceled, and looked at for having ended once`() {
        plan.cancels = true
        plan.historySampling = 0
        #expect(receive(.of(202, location: "/jobs/a", retryAfter: 9)) == .send(.cancel(path: "/jobs/a"), target: 1))
        #expect(receive(.of(200, body: #"{"status":"canceled"}"#)) == .send(.get(path: "/jobs/a"), target: 1))
        #expect(receive(.of(302, location: "/levee/resources/a")) == .send(.get(path: "/resources/a"), target: 1))
        let end = Response.of(422, isProblem: true, body: #"{"status":422,"code":"canceled"}"#)
        #expect(receive(end) == .send(.get(path: "/jobs/a/history"), target: 1))
        #expect(receive(.of(200, body: Self.canceled)) == .end)
        #expect((recorder.canceled, recorder.verified, recorder.failures) == (1, 0, 0))
        #expect(recorder.errors.isEmpty)
    }

    @Test mutating func `a job that was faster than its cancellation has to have the right result`() {
        plan.cancels = true
        _ = receive(.of(202, location: "/jobs/a", retryAfter: 9))
        _ = receive(.of(200, body: #"{"status":"succeeded"}"#))
        _ = receive(.of(302, location: "/levee/resources/a"))
        #expect(receive(.of(200, body: #"{"square":1}"#)) == .send(.get(path: "/jobs/a/history"), target: 1))
        #expect((recorder.canceled, recorder.verified) == (0, 1))
    }

    @Test mutating func `two ends are an error`() {
        plan.cancels = true
        _ = receive(.of(202, location: "/jobs/a", retryAfter: 9))
        _ = receive(.of(200))
        _ = receive(.of(302, location: "/levee/resources/a"))
        _ = receive(.of(200, body: #"{"square":1}"#))
        let twice = ScriptedServer.history.replacing(#""running""#, with: #""canceled""#)
        #expect(receive(.of(200, body: twice)) == .end)
        #expect(recorder.errors == ["history with 2 ends": 1])
    }

    @Test(arguments: [false, true])
    mutating func `a failed job counts as canceled only if it was`(cancels: Bool) {
        plan.cancels = cancels
        _ = receive(.of(202, location: "/jobs/a", retryAfter: 9))
        if cancels { _ = receive(.of(200)) }
        _ = receive(.of(302, location: "/levee/resources/a"))
        let code = cancels ? "poison" : "canceled"
        #expect(receive(.of(422, isProblem: true, body: #"{"status":422,"code":"\#(code)"}"#)) == .end)
        #expect(recorder.errors == ["fetch 422": 1])
    }

    @Test mutating func `a cancellation that was not answered is sent again`() {
        plan.cancels = true
        _ = receive(.of(202, location: "/jobs/a", retryAfter: 9))
        #expect(fail(.timeout) == .sleep(until: now + .seconds(1)))
        #expect(journey.proceed() == .send(.cancel(path: "/jobs/a"), target: 2))
    }
}
