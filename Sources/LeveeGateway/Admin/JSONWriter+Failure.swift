// Why a job has failed, as operators are told.

import LeveeCore

extension JSONWriter {
    /// The member `error` of a job: the handler's own words, and null for one that has not failed.
    mutating func member(error failure: JobRecord.StoredFailure?) {
        name("error")
        guard let failure else { return null() }
        object { json in
            json.member("code", failure.code)
            json.member("detail", failure.detail)
            json.member("status", failure.status)
        }
    }
}
