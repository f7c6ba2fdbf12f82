// How far a job is, as both doors show it.

import LeveeCore

extension JSONWriter {
    /// Writes the member `progress`; who has succeeded has done all of it.
    mutating func member(progressOf record: JobRecord) {
        name("progress")
        object { json in
            json.member("percent", record.state == .succeeded ? 100 : record.progress.percent)
            json.member("stage", record.progress.stage)
            json.member("message", record.progress.message)
        }
    }
}
