// How a load test is going.

import NIOCore

/// How far a load test has come, once a second.
public struct LoadProgress: Sendable, Equatable {
    /// Seconds since its start.
    public var seconds: Double
    /// Jobs that front ends have taken.
    public var submitted: Int
    /// Jobs whose result turned out right.
    public var verified: Int
    /// Jobs that clients are busy with.
    public var inFlight: Int
    /// Jobs verified per second, since the last progress.
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
    private var last: (at: NIODeadline, verified: Int, polls: Int)?

    mutating func progress(of recorder: Recorder, at now: NIODeadline) -> LoadProgress {
        let since = last ?? (recorder.start, 0, 0)
        let seconds = max((now - since.at).inSeconds, 1e-9)
        last = (now, recorder.verified, recorder.polls)
        return LoadProgress(
            seconds: (now - recorder.start).inSeconds,
            submitted: recorder.accepted,
            verified: recorder.verified,
            inFlight: recorder.begun - recorder.ended,
            jobsPerSecond: Double(recorder.verified - since.verified) / seconds,
            pollsPerSecond: Double(recorder.polls - since.polls) / seconds,
            rejections: recorder.rejections,
            errors: recorder.errors.values.reduce(0, +)
        )
    }
}

extension TimeAmount {
    var inSeconds: Double { Double(nanoseconds) * 1e-9 }
}
