// Waiting for the end of a job, with a line that shows how far it is.

import LeveeCore

/// Asks for a job as often as the front end says, until it has ended.
struct JobWatch {
    let frontEnd: FrontEnd
    let id: String
    /// How long to wait at most; `nil` for as long as it takes.
    let limit: Duration?
    private let line: LiveLine
    private let patience = Patience(.seconds(20))

    /// How long the front end may be out of reach before the watch ends: it is started anew, or Redis is.
    private static let outage = Duration.seconds(60)

    init(frontEnd: FrontEnd, id: String, limit: Duration?, isQuiet: Bool) {
        self.frontEnd = frontEnd
        self.id = id
        self.limit = limit
        line = LiveLine(isQuiet: isQuiet)
    }

    /// Waits.
    ///
    /// - Returns: The status of the ended job.
    /// - Throws: ``ClientFailure`` if the time was over first, or if the front end was out of reach for too long.
    func end() async throws -> FrontEnd.Answer {
        let start = ContinuousClock.now
        var heard: ContinuousClock.Instant?
        defer { line.clear() }
        while true {
            let answer: FrontEnd.Answer
            do {
                answer = try await frontEnd.status(of: id)
                heard = .now
            } catch let failure as ClientFailure where failure.kind == .unavailable {
                // A job that was never seen may be looked for at the wrong place; one that was is worth waiting for.
                let outage = min(Self.outage, limit.map { $0 - (.now - start) } ?? Self.outage)
                guard let heard, .now - heard < outage else { throw failure }
                show("\(id)  \(failure)", since: start)
                try await Task.sleep(for: .seconds(1))
                continue
            }
            let status = answer.document["status"] as? String ?? ""
            if ["succeeded", "failed", "canceled"].contains(status) { return answer }
            show(StatusLine(answer.document).text, since: start)
            var pause = Duration.seconds(answer.retryAfter)
            if let limit {
                let rest = limit - (.now - start)
                guard rest > .zero else {
                    throw ClientFailure(
                        .pending,
                        "job \(id) is \(status) after \(limit.inSeconds) s; levee wait \(id) goes on"
                    )
                }
                pause = min(pause, rest)
            }
            try await Task.sleep(for: pause)
        }
    }

    private func show(_ text: String, since start: ContinuousClock.Instant) {
        line.show("\(text)  \((ContinuousClock.now - start).components.seconds) s", isDue: patience.isOver())
    }
}
