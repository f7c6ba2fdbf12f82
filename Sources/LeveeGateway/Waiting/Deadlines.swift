// When the time of each of many waiters is over.

/// Waiters by when they are to be called, in steps of time, so that what it costs to look depends on how many are due and not on
/// how many there are.
struct Deadlines {
    /// How late a wait may end.
    static let precision = Duration.milliseconds(100)

    private let start = ContinuousClock.now
    /// The waiters of each step, by their tickets.
    private var steps: [Int: [Int: Waiter]] = [:]
    /// The step of each ticket.
    private var places: [Int: Int] = [:]

    /// Sets, or sets anew, when a waiter is to be called.
    mutating func set(_ ticket: Int, _ waiter: Waiter, at deadline: ContinuousClock.Instant) {
        remove(ticket)
        let step = Int((deadline - start) / Self.precision) + 1
        places[ticket] = step
        steps[step, default: [:]][ticket] = waiter
    }

    /// Forgets a waiter.
    mutating func remove(_ ticket: Int) {
        guard let step = places.removeValue(forKey: ticket) else { return }
        steps[step]?[ticket] = nil
        if steps[step]?.isEmpty ?? false { steps[step] = nil }
    }

    /// Takes out all whose time is over.
    mutating func takeDue(at now: ContinuousClock.Instant) -> [Waiter] {
        let last = Int((now - start) / Self.precision)
        var due: [Waiter] = []
        for step in steps.keys.filter({ $0 <= last }) {
            guard let waiters = steps.removeValue(forKey: step) else { continue }
            for ticket in waiters.keys { places[ticket] = nil }
            due += waiters.values
        }
        return due
    }
}
