// What happened when, within bounded memory.

import NIOCore

/// The time of a test in slices of one length: a second, at first. Where a test goes on for longer than there are slices, each
/// two become one, so that a day takes no more memory than ten minutes.
struct Timeline {
    /// The most slices.
    static let limit = 600

    private let start: NIODeadline
    private(set) var width = TimeAmount.seconds(1)
    private(set) var slices: [Slice] = []

    init(start: NIODeadline) {
        self.start = start
    }

    /// Changes the slice that a time lies in.
    mutating func note(at time: NIODeadline, _ change: (inout Slice) -> Void) {
        while index(of: time) >= Self.limit { halve() }
        let index = index(of: time)
        while slices.count <= index { slices.append(Slice()) }
        change(&slices[index])
    }

    private func index(of time: NIODeadline) -> Int {
        max(0, Int((time - start).nanoseconds / width.nanoseconds))
    }

    private mutating func halve() {
        width = 2 * width
        slices = stride(from: 0, to: slices.count, by: 2).map { index in
            var slice = slices[index]
            if index + 1 < slices.count { slice.add(slices[index + 1]) }
            return slice
        }
    }

    /// The slices up to the end of the test, each with its beginning and its length in seconds. The last is cut short with the
    /// test; one that would be too short for a rate belongs to the one before it.
    func spans(until end: NIODeadline) -> [(from: Double, length: Double, slice: Slice)] {
        let (width, total) = (width.inSeconds, max((end - start).inSeconds, 1e-3))
        let count = max(slices.count, Int((total / width).rounded(.up)))
        var spans = (0..<count).map { index in
            let from = Double(index) * width
            let slice = index < slices.count ? slices[index] : Slice()
            return (from: from, length: min(width, max(total - from, 1e-3)), slice: slice)
        }
        if spans.count > 1, let last = spans.last, last.length < width / 2 {
            spans.removeLast()
            spans[spans.count - 1].slice.add(last.slice)
            spans[spans.count - 1].length += last.length
        }
        return spans
    }
}
