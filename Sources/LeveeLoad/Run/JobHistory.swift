// What a job's history tells: how often it ended, how long it waited and ran.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A history as `/jobs/{id}/history` gives it.
struct JobHistory: Equatable {
    /// Times of a job by the clock of the store, to the millisecond.
    struct Times: Equatable {
        /// From when it was queued first until it started first, in microseconds.
        var line: UInt64
        /// From its last start until its end, in microseconds.
        var service: UInt64
    }

    /// How many of its states are ends: one, once it has ended.
    var ends: Int
    /// `nil` for a job that never started.
    var times: Times?

    /// Reads the body of `/jobs/{id}/history`; `nil` where it does not tell all of that.
    init?(_ body: [UInt8]) {
        guard let log = try? JSONDecoder().decode(Log.self, from: Data(body)).history, let last = log.last else {
            return nil
        }
        ends = log.count { Entry.ends.contains($0.status) }
        let running = log.filter { $0.status == "running" }
        guard let first = running.first, let latest = running.last else { return }
        guard let queued = log.first(where: { $0.status == "queued" })?.time, let started = first.time,
            let startedLast = latest.time, let ended = last.time
        else { return nil }
        times = Times(
            line: Self.microseconds(from: queued, to: started),
            service: Self.microseconds(from: startedLast, to: ended)
        )
    }

    private static func microseconds(from start: Date, to end: Date) -> UInt64 {
        UInt64(max(0, (end.timeIntervalSince(start) * 1e6).rounded()))
    }

    private struct Log: Decodable {
        var history: [Entry]
    }

    private struct Entry: Decodable {
        static let ends: Set<String> = ["succeeded", "failed", "canceled"]

        var status: String
        var at: String

        var time: Date? { try? Date(at, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }
    }
}
