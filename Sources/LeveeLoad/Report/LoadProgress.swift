// How a load test is going.

import NIOCore

/// How far a load test has come, once a second.
public struct LoadProgress: Sendable, Equatable {
    /// Seconds since its start.
    public var seconds: Double
    /// Jobs that front ends have taken.
    public var submitted: Int
    /// Jobs that came to the end they should come to.
    public var completed: Int
    /// Jobs that clients are busy with.
    public var inFlight: Int
    /// Jobs completed per second, since the last progress.
    public var jobsPerSecond: Double
    /// Polls answered per second, since the last progress.
    public var pollsPerSecond: Double
    /// Submits refused with 503 and a time to come back.
    public var rejections: Int
    /// Errors of all kinds.
    public var errors: Int
}

/// Makes progress out of counts: rates are those since the last time.
struct ProgressMeter {
    private var last: (at: NIODeadline, completed: Int, polls: Int)?

    mutating func progress(of recorder: Recorder, at now: NIODeadline) -> LoadProgress {
        let since = last ?? (recorder.start, 0, 0)
        let seconds = max((now - since.at).inSeconds, 1e-9)
        last = (now, recorder.completed, recorder.polls)
        return LoadProgress(
            seconds: (now - recorder.start).inSeconds,
            submitted: recorder.accepted,
            completed: recorder.completed,
            inFlight: recorder.begun - recorder.ended,
            jobsPerSecond: Double(recorder.completed - since.completed) / seconds,
            pollsPerSecond: Double(recorder.polls - since.polls) / seconds,
            rejections: recorder.rejections,
            errors: recorder.errors.values.reduce(0, +)
        )
    }
}

extension TimeAmount {
    var inSeconds: Double { Double(nanoseconds) / 1e9 }
}
