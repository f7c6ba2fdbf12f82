// How long a job waited and ran, from its history.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Times of a job by the clock of the store, to the millisecond.
struct JobTimes: Equatable {
    /// From when it was queued first until it started first, in microseconds.
    var line: UInt64
    /// From its last start until its end, in microseconds.
    var service: UInt64

    /// Reads the body of `/jobs/{id}/history`; `nil` where it does not tell both.
    init?(history: [UInt8]) {
        guard let log = try? JSONDecoder().decode(Log.self, from: Data(history)) else { return nil }
        let running = log.history.filter { $0.status == "running" }
        guard let queued = log.history.first(where: { $0.status == "queued" })?.time, let started = running.first?.time,
            let startedLast = running.last?.time, let ended = log.history.last?.time
        else { return nil }
        line = Self.microseconds(from: queued, to: started)
        service = Self.microseconds(from: startedLast, to: ended)
    }

    private static func microseconds(from start: Date, to end: Date) -> UInt64 {
        UInt64(max(0, (end.timeIntervalSince(start) * 1e6).rounded()))
    }

    private struct Log: Decodable {
        var history: [Entry]
    }

    private struct Entry: Decodable {
        var status: String
        var at: String

        var time: Date? { try? Date(at, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }
    }
}
