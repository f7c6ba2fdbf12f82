// The status of a job as JSON: what every poll answers.

import HTTPTypes
import LeveeCore

/// The status body, its members in the order of the contract.
struct StatusDocument {
    let record: JobRecord
    /// The place in the queue and the time to the start; both unknown without figures.
    let figures: QueueFigures?
    let hint: RetryAfter
    let links: Links

    /// The most bytes that a JSON result may have to stand in the status body.
    static let maxInlineBytes = 64 << 10

    /// The document as JSON.
    var bytes: [UInt8] {
        let inlineResult = inlineResult
        var json = JSONWriter(reservingCapacity: 1_024 + (inlineResult?.count ?? 0))
        json.object { json in
            json.member("id", record.id.text)
            json.member("type", record.type)
            json.member("status", links.statusName(record.state))
            json.member("createdAt", record.createdAt.rfc3339)
            json.member("updatedAt", record.updatedAt.rfc3339)
            json.member(progressOf: record)
            json.member("attempt", record.attempt)
            json.member("maxAttempts", record.maxAttempts)
            if !record.state.isTerminal { writeQueue(to: &json) }
            json.member("expiresAt", record.expiresAt.rfc3339)
            if let trace = record.trace { json.member("traceId", trace.traceID) }
            writeLinks(to: &json)
            if record.state.isTerminal { writeOutcome(inlineResult, to: &json) }
        }
        return json.bytes
    }

    private func writeQueue(to json: inout JSONWriter) {
        let position =
            record.state == .queued
            ? figures?.position(ticket: record.ticket, priority: record.priority) : nil
        json.name("queue")
        json.object { json in
            json.member("name", record.queue)
            json.member("position", position)
            json.member("etaSeconds", hint.etaSeconds)
        }
    }

    private func writeOutcome(_ inlineResult: [UInt8]?, to json: inout JSONWriter) {
        json.member("completedAt", record.updatedAt.rfc3339)
        if record.state == .succeeded {
            json.name("resourceLocation")
            links.write(.result, of: record.id, to: &json)
            if let inlineResult {
                json.name("result")
                json.verbatim(inlineResult)
            }
        } else {
            let failure = FailureView(record)
            json.name("error")
            json.object { json in
                json.member("code", failure.code)
                json.member("message", failure.detail)
                json.member("type", Problem.type(failure.token))
                json.member("title", failure.title)
                json.member("status", failure.status.code)
                json.member("detail", failure.detail)
            }
        }
    }

    private func writeLinks(to json: inout JSONWriter) {
        json.name("links")
        json.object { json in
            json.name("self")
            links.write(.job, of: record.id, to: &json)
            json.name("monitor")
            links.write(.monitor, of: record.id, to: &json)
            json.name("result")
            links.write(.result, of: record.id, to: &json)
            json.name("cancel")
            links.write(.cancel, of: record.id, to: &json)
            json.name("events")
            links.write(.events, of: record.id, to: &json)
            json.name("history")
            links.write(.history, of: record.id, to: &json)
        }
    }

    /// A result that can stand in the document: little, lies beside the record, and is JSON indeed.
    private var inlineResult: [UInt8]? {
        guard let result = record.result, let bytes = result.inline, bytes.count <= Self.maxInlineBytes,
            Content.isJSON(result.mediaType), JSONSyntax.isValid(bytes)
        else { return nil }
        return bytes
    }
}
