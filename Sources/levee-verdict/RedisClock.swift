// What the clock of Redis told, and when that was.

import LeveeLedger

/// Tells real times from times by the clock of Redis, which the injector has set now and then.
///
/// It is set so far off that each of its times belongs to one moment of the run only.
struct RedisClock {
    /// How far outside of the ledger of the run a real time may lie, in milliseconds.
    private static let margin: Int64 = 60_000

    private let offsets: Set<Int64>
    private let run: ClosedRange<Int64>

    init(_ run: [Entry]) {
        offsets = Set(run.compactMap { entry in if case .clockSet(let ahead) = entry.event { ahead } else { nil } })
        let first = (run.first?.at ?? 0) / 1_000
        self.run = first - Self.margin...max(first, (run.last?.at ?? 0) / 1_000) + Self.margin
    }

    /// When a time of Redis was; both in milliseconds since 1970.
    func real(_ time: Int64) -> Int64 {
        guard !run.contains(time), let offset = offsets.first(where: { run.contains(time - $0) }) else { return time }
        return time - offset
    }
}
