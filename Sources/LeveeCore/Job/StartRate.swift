// How many jobs of a queue may start in a time.

/// A rate at which jobs may start, over all workers: a bucket that fills at this rate and holds what comes in a tenth of a
/// second, or one job where that is less. So in any stretch of time no more start than the rate allows for it and a tenth of a
/// second more, and one.
public struct StartRate: Sendable, Equatable {
    /// The unit of time in which a rate is written.
    public enum Period: String, Sendable, CaseIterable {
        case second = "s"
        case minute = "m"
        case hour = "h"

        /// Microseconds.
        fileprivate var length: Int {
            switch self {
            case .second: 1_000_000
            case .minute: 60_000_000
            case .hour: 3_600_000_000
            }
        }
    }

    /// The most starts in any second.
    public static let fastest = 100_000

    public let count: Int
    public let period: Period

    /// What the bucket holds beyond the one job that may start, in microseconds.
    public static let slack = 100_000

    /// Creates a rate.
    ///
    /// - Parameters:
    ///   - count: How many jobs may start in one period; at least 1.
    ///   - period: The period.
    public init(_ count: Int, per period: Period) {
        self.count = count
        self.period = period
    }

    /// Jobs a second.
    public var perSecond: Double { Double(count) / (Double(period.length) / 1_000_000) }

    /// The time from one start to the next, in microseconds; at least 1.
    public var interval: Int { max(1, period.length / count) }

    /// How many jobs may start now.
    ///
    /// - Parameters:
    ///   - opens: When the next job may start, in microseconds since 1970, as ``opens(after:starting:at:)`` has told it last; 0
    ///     where nothing has started yet.
    ///   - now: The time.
    /// - Returns: 0 while the queue is held back.
    public func room(_ opens: Int, at now: Timestamp) -> Int {
        let (time, opens) = (Int(now.milliseconds) * 1_000, believed(opens, at: now))
        return opens > time ? 0 : (time - max(opens, time - Self.slack)) / interval + 1
    }

    /// When the next job may start after some have.
    ///
    /// - Parameters:
    ///   - opens: When the next one could start before.
    ///   - count: How many start now.
    ///   - now: The time.
    /// - Returns: Microseconds since 1970.
    public func opens(after opens: Int, starting count: Int, at now: Timestamp) -> Int {
        max(believed(opens, at: now), Int(now.milliseconds) * 1_000 - Self.slack) + count * interval
    }

    /// What is too far ahead comes of a clock that was set back, or of another rate.
    private func believed(_ opens: Int, at now: Timestamp) -> Int {
        let time = Int(now.milliseconds) * 1_000
        return opens > time + interval ? time : opens
    }
}

extension StartRate: CustomStringConvertible, LosslessStringConvertible {
    /// `10/s`, `600/m` or `1000/h`.
    public var description: String { "\(count)/\(period.rawValue)" }

    /// Reads what ``description`` writes; `nil` for anything else, for none at all, and for more than ``fastest`` a second.
    public init?(_ description: String) {
        let parts = description.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let period = Period(rawValue: String(parts[1])),
            parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(parts[0]), count >= 1
        else { return nil }
        self.init(count, per: period)
        guard perSecond <= Double(Self.fastest) else { return nil }
    }
}
