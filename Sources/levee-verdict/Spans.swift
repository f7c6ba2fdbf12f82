// Sets of times, as spans that do not overlap.

/// A set of times in microseconds, in order.
struct Spans: Equatable {
    private(set) var all: [Range<Int64>]

    init(_ spans: [Range<Int64>] = []) {
        all = []
        for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) where !span.isEmpty {
            if let last = all.last, last.upperBound >= span.lowerBound {
                all[all.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
            } else {
                all.append(span)
            }
        }
    }

    /// What is in either.
    func union(_ other: Spans) -> Spans { Spans(all + other.all) }

    /// What is not in the other.
    func subtracting(_ other: Spans) -> Spans {
        var rest: [Range<Int64>] = []
        for span in all {
            var begin = span.lowerBound
            for hole in other.all where hole.upperBound > begin && hole.lowerBound < span.upperBound {
                if hole.lowerBound > begin { rest.append(begin..<hole.lowerBound) }
                begin = max(begin, hole.upperBound)
            }
            if begin < span.upperBound { rest.append(begin..<span.upperBound) }
        }
        return Spans(rest)
    }

    /// Whether a time is in it.
    func contains(_ time: Int64) -> Bool { all.contains { $0.contains(time) } }

    /// Whether one span reaches from a time to another.
    func contains(_ begin: Int64, _ end: Int64) -> Bool {
        all.contains { $0.lowerBound <= begin && end < $0.upperBound }
    }

    /// The longest span of what lies within a range.
    func longest(within range: Range<Int64>) -> Int64 {
        all.map { $0.clamped(to: range) }.map { $0.upperBound - $0.lowerBound }.max() ?? 0
    }

    /// The times at which at least so many of some spans are at once.
    static func crowded(_ spans: [Range<Int64>], atLeast count: Int) -> Spans {
        var steps: [(at: Int64, change: Int)] = []
        for span in spans where !span.isEmpty { steps += [(span.lowerBound, 1), (span.upperBound, -1)] }
        steps.sort { ($0.at, $0.change) < ($1.at, $1.change) }
        var level = 0
        var since: Int64?
        var found: [Range<Int64>] = []
        for step in steps {
            level += step.change
            if level >= count, since == nil { since = step.at }
            if level < count, let begin = since {
                found.append(begin..<step.at)
                since = nil
            }
        }
        return Spans(found)
    }
}
