// What a callback is sent: an event, as Standard Webhooks has it.

import LeveeCore

/// The end of a job as an event.
enum JobEvent {
    /// Puts an event together.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - status: Its status document.
    /// - Returns: `{type, timestamp, data}`, where `data` is the status document.
    static func body(of job: JobRecord, status: [UInt8]) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 128 + status.count)
        json.object { json in
            json.member("type", "job.\(job.state.rawValue)")
            json.member("timestamp", job.updatedAt.rfc3339)
            json.name("data")
            json.verbatim(status)
        }
        return json.bytes
    }
}
