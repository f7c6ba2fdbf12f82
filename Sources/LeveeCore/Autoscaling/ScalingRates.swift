// How fast jobs come to one queue and how long they take, estimated from readings of its counters.

/// Running estimates of a queue's arrival rate and service time.
///
/// Fed with readings as they come: each counts by the time it covers, so that it does not matter how often they come.
public struct ScalingRates: Sendable, Equatable {
    /// The time that the estimates look back on, more or less: older readings fade. Arrivals of long jobs are looked at
    /// for two service times: in less, a few that came by chance together would look like a trend.
    public static let window = Duration.seconds(30)
    /// How many attempts must have ended before their mean is believed.
    public static let believed = 20.0
    /// How many attempts the mean remembers, however long ago they ended: after a quiet hour one odd job must not stand for
    /// all.
    public static let remembered = 50.0

    /// Entries into the line, in a second. Begins at zero, not at the first reading: two seconds of arrivals tell little,
    /// and what has come and found no worker shows as backlog anyway.
    public private(set) var arrivalsPerSecond = 0.0
    private var samples = 0.0
    private var busySeconds = 0.0
    private var last: QueueLoad?
    private var lastTime = Timestamp(milliseconds: 0)
    private var lastSample = Timestamp(milliseconds: 0)

    /// Creates estimates without readings.
    public init() {}

    /// Takes in a reading. One whose counters are below those of the last (a store that was emptied) and one that is not
    /// newer only set a new beginning.
    ///
    /// - Parameters:
    ///   - load: What the queue showed.
    ///   - time: When, by the clock of the store.
    public mutating func observe(_ load: QueueLoad, at time: Timestamp) {
        defer { (last, lastTime) = (load, time) }
        guard let last, time > lastTime,
            load.entered >= last.entered, load.ended >= last.ended, load.busy >= last.busy
        else {
            lastSample = time
            return
        }
        let elapsed = (time - lastTime).inSeconds
        let current = Double(load.entered - last.entered) / elapsed
        let window = max(Self.window.inSeconds, 2 * serviceSeconds(assuming: .zero))
        arrivalsPerSecond += (current - arrivalsPerSecond) * (1 - Self.remainder(of: window, after: elapsed))
        if load.ended > last.ended {
            fade(after: (time - lastSample).inSeconds, making: Double(load.ended - last.ended))
            busySeconds += (load.busy - last.busy).inSeconds
            lastSample = time
        }
    }

    /// How long an attempt takes in the mean.
    ///
    /// - Parameter assumed: What to assume until enough attempts have ended.
    /// - Returns: Seconds.
    public func serviceSeconds(assuming assumed: Duration) -> Double {
        samples < Self.believed ? assumed.inSeconds : busySeconds / samples
    }

    /// Lets old samples fade by the time since the last, as far as they are more than what is always remembered.
    private mutating func fade(after elapsed: Double, making room: Double) {
        let least = samples > 0 ? min(1, max(0, Self.remembered - room) / samples) : 1
        let kept = max(Self.remainder(of: Self.window.inSeconds, after: elapsed), least)
        samples = samples * kept + room
        busySeconds *= kept
    }

    /// The share of the past that still counts: `window / (window + elapsed)`, the exponential decay of small steps, and
    /// stable for steps of any length.
    private static func remainder(of window: Double, after elapsed: Double) -> Double { window / (window + elapsed) }
}
