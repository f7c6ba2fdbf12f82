// One job as operators see it.

import LeveeCore

/// The body of GET /jobs/{id} at the admin door: what the list of jobs says of it, and all the rest.
struct JobDocument {
    let record: JobRecord
    let place: JobPlace
    let dossier: JobDossier

    /// The document as JSON.
    var bytes: [UInt8] {
        var json = JSONWriter(reservingCapacity: 2_048)
        JobListRoute.write(record, to: &json) { json in
            json.member("time", place.time.rfc3339)
            json.member("version", record.version)
            json.member("fence", record.fence)
            json.member("failures", record.failures)
            json.member("claimedAt", record.claimedAt?.rfc3339)
            json.member("startBy", place.startBy.rfc3339)
            json.member("endBy", place.endBy?.rfc3339)
            json.member("cancelRequested", record.isCancelRequested)
            json.member("ahead", place.ahead)
            json.member("worker", place.worker)
            json.member("leaseUntil", place.leaseUntil?.rfc3339)
            json.member(progressOf: record)
            writeContents(to: &json)
            writeRequest(to: &json)
            writeFollowUps(to: &json)
            json.member("retryOf", dossier.retryOf?.text)
            json.member("retriedAs", dossier.retriedAs?.text)
        }
        return json.bytes
    }

    private func writeContents(to json: inout JSONWriter) {
        json.name("payload")
        json.object { json in
            json.member("mediaType", dossier.payloadType)
            json.member("length", dossier.payloadLength)
        }
        json.name("result")
        guard let result = record.answer else { return json.null() }
        json.object { json in
            json.member("status", result.status)
            json.member("mediaType", result.mediaType)
            json.member("length", result.length)
            json.name("fields")
            write(result.fields, to: &json)
        }
    }

    private func writeRequest(to json: inout JSONWriter) {
        json.name("request")
        guard let request = dossier.request else { return json.null() }
        json.object { json in
            json.member("method", request.line?.method)
            json.member("target", request.line?.target)
            json.name("fields")
            write(request.fields, to: &json)
        }
    }

    private func writeFollowUps(to json: inout JSONWriter) {
        json.name("followUps")
        json.array { json in
            for followUp in dossier.followUps {
                json.object { json in
                    json.member("when", "\(followUp.trigger)")
                    json.member("kind", followUp.destination.kind)
                    json.member("target", followUp.destination.target)
                }
            }
        }
    }

    private func write(_ fields: [HeaderField], to json: inout JSONWriter) {
        json.array { json in
            for field in fields {
                json.object { json in
                    json.member("name", field.name)
                    json.member("value", field.value)
                }
            }
        }
    }
}

extension JobRecord {
    /// What the handler has answered, well or not.
    var answer: StoredResult? { self.result ?? self.failure?.answer }
}
