// The end of a job as a record, in the form that AWS Lambda gives to destinations and dead-letter queues.

import Foundation
import LeveeCore

/// A job that has ended, with its payload and its result.
struct EndRecord {
    /// The most bytes of a payload or result that stand in the record; what is larger is left out, and is to be had as long as
    /// the job is kept.
    static let maxContentBytes = 1 << 20
    /// The most bytes of an error message in a dead letter.
    static let maxErrorBytes = 1_024

    let job: JobRecord
    let payload: Content?
    let result: Content?

    /// The record of an invocation, for destinations.
    var invocation: [UInt8] {
        var json = JSONWriter(reservingCapacity: 1_024 + (payload?.bytes.count ?? 0) + (result?.bytes.count ?? 0))
        json.object { json in
            json.member("version", "1.0")
            json.member("timestamp", job.updatedAt.rfc3339)
            json.name("requestContext")
            json.object { json in
                json.member("requestId", job.id.text)
                json.member("functionArn", "levee:\(job.type)")
                json.member("condition", condition)
                json.member("approximateInvokeCount", job.attempt)
            }
            write(payload, as: "requestPayload", to: &json)
            json.name("responseContext")
            json.object { json in
                json.member("statusCode", status)
                json.member("executedVersion", "$LATEST")
                if job.failure != nil { json.member("functionError", "Unhandled") }
            }
            if let failure = job.failure {
                json.name("responsePayload")
                json.object { json in
                    json.member("errorType", failure.code)
                    json.member("errorMessage", Self.shortened(failure.detail))
                }
            } else {
                write(result, as: "responsePayload", to: &json)
            }
        }
        return json.bytes
    }

    /// The event as it came, with the error that it ended in.
    var deadLetter: [UInt8] {
        var json = JSONWriter(reservingCapacity: 512 + (payload?.bytes.count ?? 0))
        json.object { json in
            write(payload, as: "body", to: &json)
            json.name("attributes")
            json.object { json in
                json.member("RequestID", job.id.text)
                json.member("ErrorCode", status)
                json.member("ErrorMessage", Self.shortened(job.failure?.detail ?? ""))
            }
        }
        return json.bytes
    }

    private var condition: String {
        switch job.failure?.code {
        case nil: "Success"
        case JobFailure.expiredCode, JobFailure.deadlineCode: "EventAgeExceeded"
        default: "RetriesExhausted"
        }
    }

    private var status: Int { job.failure.map { $0.status ?? 500 } ?? job.result?.status ?? 200 }

    /// Content as JSON if it is that, as a string if it is text, else in base64, which a second member says.
    private func write(_ content: Content?, as name: String, to json: inout JSONWriter) {
        json.name(name)
        guard let content, content.bytes.count <= Self.maxContentBytes else { return json.null() }
        if Content.isJSON(content.mediaType), JSONSyntax.isValid(content.bytes) {
            json.verbatim(content.bytes)
        } else if let text = String(validating: content.bytes, as: UTF8.self) {
            json.string(text)
        } else {
            json.string(Data(content.bytes).base64EncodedString())
            json.member("\(name)Encoding", "base64")
        }
    }

    private static func shortened(_ text: String) -> String {
        var text = text[...]
        while text.utf8.count > maxErrorBytes { text.removeLast() }
        return String(text)
    }
}
