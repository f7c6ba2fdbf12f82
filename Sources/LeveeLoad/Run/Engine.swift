// Runs a load test on one event loop: clients, alarms, arrivals, connections.

import NIOCore

/// What moves the journeys. All of it happens on one event loop, so that nothing is locked and nothing is a task.
final class Engine {
    /// What is left when it has ended.
    struct Outcome {
        var recorder: Recorder
        var ending: LoadReport.Ending
        var end: NIODeadline
        var connections: Int
        var resent: Int
        /// How many questions the admin door did not answer, by what came instead.
        var adminTroubles: [String: Int]
    }

    private let plan: LoadPlan
    private let eventLoop: any EventLoop
    private let onProgress: @Sendable (LoadProgress) -> Void
    private let onEnd: (Outcome) -> Void
    private var pools: [ConnectionPool] = []
    private var fleet: FleetWatch?
    private var recorder: Recorder
    private var journeys: [Journey?] = []
    private var freeSlots: [Int] = []
    private var alarms = Alarms()
    private var timer: (at: NIODeadline, task: Scheduled<Void>)?
    private var pulse: RepeatedTask?
    private var arrivals: ArrivalSchedule?
    private var nextArrival: NIODeadline?
    private var meter = ProgressMeter()
    private var hasEnded = false

    init(
        plan: LoadPlan,
        eventLoop: any EventLoop,
        dial: @escaping Dial = Dialer().dial,
        onProgress: @escaping @Sendable (LoadProgress) -> Void,
        onEnd: @escaping (Outcome) -> Void
    ) {
        self.plan = plan
        self.eventLoop = eventLoop
        self.onProgress = onProgress
        self.onEnd = onEnd
        recorder = Recorder(start: eventLoop.now)
        pools = plan.targets.map {
            ConnectionPool(target: $0, plan: plan, eventLoop: eventLoop, dial: dial, owner: self)
        }
        fleet = plan.adminDoor.map { door in
            FleetWatch(of: door, plan: plan, eventLoop: eventLoop, dial: dial) { [weak self] news in self?.learned(news)
            }
        }
    }

    // MARK: Beginning and end

    func start() {
        guard !hasEnded else { return }
        let now = eventLoop.now
        recorder = Recorder(start: now)
        let me = NIOLoopBound(self, eventLoop: eventLoop)
        pulse = eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in me.value.beat() }
        switch plan.pacing {
        case .closedLoop(let clients):
            for _ in 0..<min(clients, plan.jobs) { begin(due: now) }
        case .openLoop(let arrivals):
            self.arrivals = ArrivalSchedule(arrivals, seed: plan.seed)
            drawArrival()
        }
        fleet?.look(at: now)
        settle()
    }

    /// Ends the test before its jobs have ended.
    func stop(_ ending: LoadReport.Ending) {
        guard !hasEnded else { return }
        hasEnded = true
        timer?.task.cancel()
        pulse?.cancel()
        for pool in pools { pool.close() }
        fleet?.close()
        onEnd(
            Outcome(
                recorder: recorder,
                ending: ending,
                end: eventLoop.now,
                connections: pools.reduce(0) { $0 + $1.opened },
                resent: pools.reduce(0) { $0 + $1.resent },
                adminTroubles: fleet?.troubles ?? [:]
            )
        )
    }

    /// Once a second: progress, requests without an answer, the time limit.
    private func beat() {
        let now = eventLoop.now
        onProgress(meter.progress(of: recorder, at: now))
        for pool in pools { pool.tick(at: now) }
        fleet?.look(at: now)
        if now - recorder.start >= TimeAmount(plan.timeLimit) { stop(.timeLimit) }
    }

    private func learned(_ news: FleetWatch.News) {
        guard !hasEnded else { return }
        recorder.learned(news, at: eventLoop.now)
    }

    // MARK: Jobs

    private var hasMore: Bool {
        guard recorder.begun < plan.jobs else { return false }
        if case .closedLoop = plan.pacing { return true }
        return nextArrival != nil
    }

    private func begin(due: NIODeadline) {
        let journey = Journey(number: recorder.begun, due: due, plan: plan)
        recorder.begun += 1
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
        } else {
            slot = journeys.count
            journeys.append(nil)
        }
        journeys[slot] = journey
        perform(journey.proceed(), slot: slot)
    }

    private func perform(_ action: Journey.Action, slot: Int) {
        switch action {
        case .send(let request, let target):
            pools[target].send(request, slot: slot)
        case .sleep(let time):
            alarms.set(slot, at: time)
        case .end:
            journeys[slot] = nil
            freeSlots.append(slot)
            recorder.ended += 1
            if case .closedLoop = plan.pacing, hasMore { begin(due: eventLoop.now) }
        }
    }

    private func drawArrival() {
        nextArrival = arrivals?.next().map { recorder.start + .nanoseconds(Int64($0 * 1e9)) }
    }

    // MARK: Time

    /// After each event: ends the test when nothing is left to do, or sees to it that the timer goes off for what is next.
    private func settle() {
        guard !hasEnded else { return }
        if !hasMore, recorder.ended == recorder.begun { return stop(.complete) }
        var next = alarms.earliest
        if hasMore, let nextArrival { next = min(next ?? nextArrival, nextArrival) }
        guard let next else { return }
        if let timer {
            if timer.at <= next { return }
            timer.task.cancel()
        }
        let me = NIOLoopBound(self, eventLoop: eventLoop)
        timer = (next, eventLoop.scheduleTask(deadline: next) { me.value.ring() })
    }

    private func ring() {
        timer = nil
        let now = eventLoop.now
        while let arrival = nextArrival, arrival <= now, recorder.begun < plan.jobs {
            begin(due: arrival)
            drawArrival()
        }
        while let slot = alarms.popDue(at: now) {
            guard let action = journeys[slot]?.proceed() else { continue }
            perform(action, slot: slot)
        }
        settle()
    }
}

extension Engine: ConnectionPoolOwner {
    func heard(_ events: [ServerEvent], slot: Int) {
        guard !hasEnded else { return }
        let now = eventLoop.now
        for event in events { journeys[slot]?.heard(event, at: now, recorder: &recorder) }
    }

    func settled(slot: Int, with result: Result<Response, TransportError>) {
        guard !hasEnded else { return }
        let now = eventLoop.now
        let action: Journey.Action? =
            switch result {
            case .success(let response):
                journeys[slot]?.received(response, at: now, plan: plan, recorder: &recorder)
            case .failure(let error):
                journeys[slot]?.failed(error, at: now, plan: plan, recorder: &recorder)
            }
        if let action { perform(action, slot: slot) }
        settle()
    }
}
