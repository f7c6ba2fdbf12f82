// The way of one job as its client sees it: submit, cancel if that is wanted, learn of its end in one of several ways, fetch,
// and look at the history of some.

import NIOCore

/// What a client does next. A state machine: answers and the time go in, the next action comes out.
struct Journey {
    enum Action: Equatable {
        /// Sends a request to a target, by its index.
        case send(Request, target: Int)
        case sleep(until: NIODeadline)
        case end
    }

    /// So many errors in a row that may pass (no connection, 5xx) are borne before the job is given up.
    static let maxTroubles = 5
    /// The time between two attempts after an error, and between two polls where the front end says nothing.
    static let defaultPause = TimeAmount.seconds(1)

    let number: Int
    /// When the job was due to be submitted, which may be long before its request could be sent.
    let due: NIODeadline
    private(set) var step: Step
    /// How it learns of the end.
    private let watching: Step
    private var target: Int
    private var path = ""
    private var resourcePath = ""
    private var polls = 0
    private var requests = 0
    /// When it asked last for the end of the job, or will have.
    private var askedAt: NIODeadline
    /// What the events have told so far.
    private var version = 0
    private var end: JobEnd?
    private var hints: [Hint] = []
    private var troubles = 0

    init(number: Int, due: NIODeadline, plan: LoadPlan) {
        self.number = number
        self.due = due
        target = number % plan.targets.count
        askedAt = due
        watching =
            switch plan.mode {
            case .poll: .poll
            case .wait: .wait
            case .sse: .events
            }
        step = plan.watched.isEmpty ? .submit : watching
        if !plan.watched.isEmpty { path = "/jobs/" + plan.watched[number % plan.watched.count] }
    }

    /// The request of this step, at the beginning and after each sleep.
    func proceed() -> Action {
        switch step {
        case .submit: .send(.submit(job: number), target: target)
        case .cancel: .send(.cancel(path: path), target: target)
        case .poll: .send(.get(path: path), target: target)
        case .wait: .send(.wait(path: path), target: target)
        case .events: .send(.events(path: path, after: version), target: target)
        case .fetch: .send(.get(path: resourcePath), target: target)
        case .history: .send(.get(path: path + "/history"), target: target)
        }
    }

    // MARK: Answers

    mutating func received(
        _ response: Response,
        at now: NIODeadline,
        plan: LoadPlan,
        recorder: inout Recorder
    ) -> Action {
        recorder.answered(step, with: response.status, at: now)
        if step != .history { requests += 1 }
        switch step {
        case .submit: return submitted(response, at: now, plan: plan, recorder: &recorder)
        case .cancel: return canceled(response, at: now, plan: plan, recorder: &recorder)
        case .poll, .wait: return polled(response, at: now, plan: plan, recorder: &recorder)
        case .events: return listened(response, at: now, plan: plan, recorder: &recorder)
        case .fetch: return fetched(response, at: now, plan: plan, recorder: &recorder)
        case .history: return looked(response, recorder: &recorder)
        }
    }

    private mutating func submitted(
        _ response: Response,
        at now: NIODeadline,
        plan: LoadPlan,
        recorder: inout Recorder
    ) -> Action {
        switch response.status {
        case 202:
            guard let (_, path) = locate(response.location, plan: plan) else {
                return fail(.location(.submit), recorder: &recorder)
            }
            recorder.accepted(after: now - due, at: now)
            guard plan.follows else { return .end }
            troubles = 0
            self.path = path
            note(response, at: now, plan: plan)
            // Another front end than the one that took the job: every one must know it.
            target = (target + 1) % plan.targets.count
            step = plan.cancels ? .cancel : watching
            return step == .poll ? pause(after: response, at: now, plan: plan) : ask(at: now)
        case 503:
            guard let seconds = response.retryAfter, seconds > 0 else {
                return fail(.refusal(without: "Retry-After"), recorder: &recorder)
            }
            guard ProblemDocument(response)?.status == 503 else {
                return fail(.refusal(without: "a problem document"), recorder: &recorder)
            }
            recorder.rejected(at: now)
            guard plan.returnsAfterRefusal else {
                recorder.givenUp += 1
                return .end
            }
            return .sleep(until: now + .seconds(Int64(seconds)))
        default:
            return fail(.status(.submit, response.status), recorder: &recorder)
        }
    }

    /// Whether the job has ended by then, or only been asked to, is for the polls to find out.
    private mutating func canceled(
        _ response: Response,
        at now: NIODeadline,
        plan: LoadPlan,
        recorder: inout Recorder
    ) -> Action {
        guard response.status == 200 else { return refused(response, at: now, plan: plan, recorder: &recorder) }
        troubles = 0
        step = watching
        return ask(at: now)
    }

    private mutating func polled(
        _ response: Response,
        at now: NIODeadline,
        plan: LoadPlan,
        recorder: inout Recorder
    ) -> Action {
        polls += 1
        recorder.polled(at: now)
        switch response.status {
        case 202:
            troubles = 0
            note(response, at: now, plan: plan)
            // A front end that goes does not hold its answers back: who came again at once would keep it busy.
            let wasHeld = step == .wait && now - askedAt >= .seconds(Int64(LoadPlan.longestWait) / 2)
            return wasHeld ? ask(at: now) : pause(after: response, at: now, plan: plan)
        case 302, 303:
            guard let place = locate(response.location, plan: plan) else {
                return fail(.location(step), recorder: &recorder)
            }
            if let end = JobEnd(status: Array(buffer: response.body)) {
                recorder.noticed(end, at: now)
                if !hints.isEmpty { recorder.judged(hints, end: end, seenAt: now) }
            }
            return learned(resultAt: place, at: now, plan: plan, recorder: &recorder)
        default:
            return refused(response, at: now, plan: plan, recorder: &recorder)
        }
    }

    /// An event of the job has come over a stream that goes on.
    mutating func heard(_ event: ServerEvent, at now: NIODeadline, recorder: inout Recorder) {
        guard step == .events else { return }
        recorder.count(Recorder.Answer(step: .events, kind: event.name))
        if event.version <= version { recorder.count(.version) }
        version = max(version, event.version)
        troubles = 0
        guard end == nil, let end = JobEnd(status: event.data) else { return }
        self.end = end
        recorder.noticed(end, at: now)
    }

    /// A stream of events has ended, with the job or before it.
    private mutating func listened(
        _ response: Response,
        at now: NIODeadline,
        plan: LoadPlan,
        recorder: inout Recorder
    ) -> Action {
        polls += 1
        recorder.polled(at: now)
        if let end { return learned(of: end, at: now, plan: plan, recorder: &recorder) }
        guard response.status == 200 else { return refused(response, at: now, plan: plan, recorder: &recorder) }
        // A front end that goes ends its streams.
        target = (target + 1) % plan.targets.count
        return sleep(until: now + Self.defaultPause)
    }

    /// The events have told that the job has ended.
    private mutating func learned(
        of end: JobEnd,
        at now: NIODeadline,
        plan: LoadPlan,
        recorder: inout Recorder
    ) -> Action {
        guard let place = locate(end.result, plan: plan) else { return fail(.location(.events), recorder: &recorder) }
        return learned(resultAt: place, at: now, plan: plan, recorder: &recorder)
    }

    /// The client knows that the job has ended.
    private mutating func learned(
        resultAt place: (target: Int, path: String),
        at now: NIODeadline,
        plan: LoadPlan,
        recorder: inout Recorder
    ) -> Action {
        troubles = 0
        guard plan.watched.isEmpty else {
            recorder.seen(after: now - due, at: now, polls: polls, requests: requests)
            return .end
        }
        (target, resourcePath) = place
        step = .fetch
        return proceed()
    }

    private mutating func fetched(
        _ response: Response,
        at now: NIODeadline,
        plan: LoadPlan,
        recorder: inout Recorder
    ) -> Action {
        if plan.cancels, response.status == 422, ProblemDocument(response)?.code == "canceled" {
            recorder.canceled(after: now - due, at: now, polls: polls, requests: requests)
        } else {
            guard (200..<300).contains(response.status) else {
                return refused(response, at: now, plan: plan, recorder: &recorder)
            }
            guard plan.kinds[plan.kind(ofJob: number)].payload.accepts(Array(buffer: response.body), ofJob: number)
            else {
                return fail(.wrongResult, recorder: &recorder)
            }
            recorder.verified(after: now - due, at: now, polls: polls, requests: requests)
        }
        // The end and the cancellation may have met: of those, every job is looked at for having ended once.
        let isSampled = plan.historySampling > 0 && number % plan.historySampling == 0
        guard isSampled || plan.cancels else { return .end }
        step = .history
        return proceed()
    }

    /// What happens from here on changes nothing about the job's end, which has been seen.
    private func looked(_ response: Response, recorder: inout Recorder) -> Action {
        if response.status != 200 {
            recorder.count(.status(.history, response.status))
        } else if let history = JobHistory(Array(buffer: response.body)) {
            if history.ends != 1 { recorder.count(.ends(history.ends)) }
            if let times = history.times { recorder.sampled(times) }
        } else {
            recorder.count(.unreadableHistory)
        }
        return .end
    }

    // MARK: Errors

    /// No answer came.
    mutating func failed(
        _ error: TransportError,
        at now: NIODeadline,
        plan: LoadPlan,
        recorder: inout Recorder
    ) -> Action {
        let failure = Failure.transport(step, error)
        recorder.unanswered(at: now)
        switch step {
        case .submit where !error.isBeforeSending:
            // The job may exist: a second submit would make another one.
            return fail(failure, recorder: &recorder)
        case .events:
            // Nothing is lost with a stream that had come to its end.
            if let end { return learned(of: end, at: now, plan: plan, recorder: &recorder) }
            return bear(failure, pause: Self.defaultPause, at: now, plan: plan, recorder: &recorder)
        case .submit, .cancel, .poll, .wait, .fetch:
            return bear(failure, pause: Self.defaultPause, at: now, plan: plan, recorder: &recorder)
        case .history:
            recorder.count(failure)
            return .end
        }
    }

    /// A 5xx may pass, anything else is final.
    private mutating func refused(
        _ response: Response,
        at now: NIODeadline,
        plan: LoadPlan,
        recorder: inout Recorder
    ) -> Action {
        let failure = Failure.status(step, response.status)
        guard response.status >= 500 else { return fail(failure, recorder: &recorder) }
        let pause = response.retryAfter.map { TimeAmount.seconds(Int64($0)) } ?? Self.defaultPause
        return bear(failure, pause: pause, at: now, plan: plan, recorder: &recorder)
    }

    /// Counts an error and asks the next front end after a pause.
    private mutating func bear(
        _ failure: Failure,
        pause: TimeAmount,
        at now: NIODeadline,
        plan: LoadPlan,
        recorder: inout Recorder
    ) -> Action {
        troubles += 1
        guard troubles <= Self.maxTroubles else { return fail(failure, recorder: &recorder) }
        recorder.count(failure)
        target = (target + 1) % plan.targets.count
        return sleep(until: now + pause)
    }

    private func fail(_ failure: Failure, recorder: inout Recorder) -> Action {
        recorder.count(failure)
        recorder.failures += 1
        return .end
    }

    // MARK: Where and when

    private mutating func ask(at now: NIODeadline) -> Action {
        askedAt = now
        return proceed()
    }

    private mutating func sleep(until time: NIODeadline) -> Action {
        askedAt = time
        return .sleep(until: time)
    }

    /// Remembers what the client is told, if it goes by that.
    private mutating func note(_ response: Response, at now: NIODeadline, plan: LoadPlan) {
        guard watching == .poll, plan.watched.isEmpty, plan.pollInterval == .retryAfter,
            let seconds = response.retryAfter
        else { return }
        hints.append(Hint(at: now, seconds: seconds))
    }

    /// Asks again when it is time to, which may be at once.
    private mutating func pause(after response: Response, at now: NIODeadline, plan: LoadPlan) -> Action {
        let pause =
            switch plan.pollInterval {
            case .retryAfter: response.retryAfter.map { TimeAmount.seconds(Int64($0)) } ?? Self.defaultPause
            case .fixed(let interval): TimeAmount(interval)
            }
        return pause > .zero ? sleep(until: now + pause) : ask(at: now)
    }

    /// What a `Location` or a link refers to: a target and a path under it (RFC 9110 section 10.2.2).
    private func locate(_ location: String?, plan: LoadPlan) -> (target: Int, path: String)? {
        guard let location else { return nil }
        if location.hasPrefix("/") {
            let base = plan.targets[target].path
            guard !location.hasPrefix("//"), location.hasPrefix(base + "/") else { return nil }
            return (target, String(location.dropFirst(base.count)))
        }
        for index in plan.targets.indices {
            if let path = plan.targets[index].path(within: location) { return (index, path) }
        }
        return nil
    }
}
