// Who is to be woken when: one heap for all sleeping clients.

import NIOCore

/// Alarms in the order of their times: a binary heap, so that ten thousand sleepers cost neither a task nor a timer each.
struct Alarms {
    /// Alarms go off on whole milliseconds, never early: those that are near each other share a wake-up of the thread.
    static let grain: UInt64 = 1_000_000

    private struct Alarm {
        var time: NIODeadline
        var slot: Int
    }

    private var heap: [Alarm] = []

    /// The time of the earliest.
    var earliest: NIODeadline? { heap.first?.time }

    /// Sets an alarm for a slot.
    mutating func set(_ slot: Int, at time: NIODeadline) {
        let grains = (time.uptimeNanoseconds + Self.grain - 1) / Self.grain
        var child = heap.count
        heap.append(Alarm(time: .uptimeNanoseconds(grains * Self.grain), slot: slot))
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].time < heap[parent].time else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes out the earliest alarm if its time has come.
    mutating func popDue(at now: NIODeadline) -> Int? {
        guard let first = heap.first, first.time <= now, let last = heap.popLast() else { return nil }
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return first.slot
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { return }
            if child + 1 < heap.count, heap[child + 1].time < heap[child].time { child += 1 }
            guard heap[child].time < heap[parent].time else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
