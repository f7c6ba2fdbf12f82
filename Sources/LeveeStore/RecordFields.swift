// A job's hash: the short names of its fields, and how a record is read from them.

import LeveeCore
import LeveeRedis

/// The fields of a job's hash that make up its record; `docs/redis-layout.md` explains each.
enum RecordFields {
    static let all = ["s", "f", "d", "x", "pc", "ps", "pm", "rs", "r", "ec", "em", "es", "rf", "tp"]

    /// Where the state is among them.
    static let state = 0

    /// The same without the bytes of results, which would be too many in a list of jobs; nothing is stored under no name.
    static let listed = all.map { $0 == "r" ? "" : $0 }

    /// The same, the state of a job that is hidden, and its payload: bytes, reference.
    static let delivered = all + ["gs", "b", "bf"]

    /// Reads a record from the reply to HMGET.
    ///
    /// - Returns: `nil` if there is no such job.
    static func decode(_ reply: RESPValue, id: JobID) throws(StoreError) -> JobRecord? {
        guard let values = reply.array, values.count == all.count else {
            throw .unexpectedReply("HMGET of job \(id) answered \(reply)")
        }
        return try decode(values, id: id)
    }

    /// Reads a record from the values of ``all``.
    static func decode(_ values: [RESPValue], id: JobID) throws(StoreError) -> JobRecord? {
        if values[state].isNull { return nil }
        guard let standing = values[state].bytes.flatMap({ JobStanding($0) }),
            let facts = values[1].bytes.flatMap({ JobFacts($0) })
        else { throw .unexpectedReply("the hash of job \(id) lacks a field or holds one that makes no sense") }
        let result = values[7].bytes.flatMap { summary in
            JobRecord.StoredResult(
                summary: summary,
                inline: values[8].bytes,
                blob: Blob(values[12], name: .result(of: id, fence: standing.fence))
            )
        }
        var failure: JobRecord.StoredFailure?
        if standing.state == .failed || standing.state == .canceled, let code = values[9].string,
            let detail = values[10].string
        {
            failure = .init(code: code, detail: detail, status: values[11].int, answer: result)
        }
        return JobRecord(
            id: id,
            type: facts.type,
            queue: facts.queue,
            priority: facts.priority,
            state: standing.state,
            version: standing.version,
            fence: standing.fence,
            attempt: standing.attempt,
            failures: standing.failures,
            stalls: standing.stalls,
            maxAttempts: facts.maxAttempts,
            ticket: standing.ticket,
            createdAt: facts.createdAt,
            updatedAt: standing.updatedAt,
            claimedAt: standing.claimedAt,
            dueAt: Timestamp(values[2]),
            expiresAt: standing.expiresAt,
            isCancelRequested: !values[3].isNull,
            progress: Progress(percent: values[4].int ?? 0, stage: values[5].string, message: values[6].string),
            result: standing.state == .succeeded ? result : nil,
            failure: failure,
            tenant: facts.tenant,
            trace: values[13].bytes.flatMap { TraceContext(stored: $0) }
        )
    }
}

extension JobRecord.StoredResult {
    /// Reads what is stored of a result beside its bytes: status, length and media type, then its header fields.
    fileprivate init?(summary: [UInt8], inline: [UInt8]?, blob: Blob?) {
        let end = summary.firstIndex(of: UInt8(ascii: "\n")) ?? summary.endIndex
        var words = StoredWords(summary, in: 0..<end)
        guard let status: Int = words.integer(), let length: Int = words.integer(), let mediaType = words.rest() else {
            return nil
        }
        self.init(
            status: status,
            mediaType: mediaType,
            length: length,
            inline: inline,
            fields: [HeaderField](lines: String(decoding: summary[end...].dropFirst(), as: UTF8.self)),
            blob: blob
        )
    }
}

extension Blob {
    /// Reads a reference as Redis answers it; `nil` where there is none.
    init?(_ value: RESPValue, name: BlobName) {
        guard let reference = value.string else { return nil }
        self.init(reference: reference, name: name)
    }
}

extension Timestamp {
    /// Reads milliseconds as Redis answers them.
    init?(_ value: RESPValue) {
        guard let milliseconds = value.int else { return nil }
        self.init(milliseconds: Int64(milliseconds))
    }
}

extension QueueFigures {
    /// Reads the figures from the reply to HGETALL: names and values in turn.
    init(fields: [RESPValue]) {
        self.init()
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            guard let name = fields[index].string else { continue }
            if name == "figures" { read(levels: fields[index + 1].bytes ?? []) }
            guard let value = fields[index + 1].int else { continue }
            let parts = name.split(separator: ":")
            if parts.count == 2, parts[0] == "wait" || parts[0] == "service" {
                let bound = Int(parts[1]).flatMap(DurationCounts.bounds.firstIndex) ?? DurationCounts.bounds.count
                if parts[0] == "wait" { wait.counts[bound] = value } else { service.counts[bound] = value }
                continue
            }
            if parts.count == 2, parts[0] == "mean" {
                runs[String(parts[1]), default: MeanRun()].microseconds = value
                continue
            }
            if parts.count == 2, parts[0] == "runs" {
                runs[String(parts[1]), default: MeanRun()].count = value
                continue
            }
            switch name {
            case "wait": wait.total = .milliseconds(value)
            case "service": service.total = .milliseconds(value)
            default: continue
            }
        }
    }

    /// Reads levels and counters, in the order in which `figures.lua` has them.
    private mutating func read(levels: [UInt8]) {
        var words = StoredWords(levels)
        var values: [Int] = []
        while let word = words.text() {
            if !word.isEmpty { values.append(Int(word) ?? 0) }
        }
        guard values.count == 22 else { return }
        running = values[0]
        scheduled = values[1]
        suspect = values[2]
        bytes = values[3]
        submitted = values[4]
        succeeded = values[5]
        failed = values[6]
        canceled = values[7]
        isPaused = values[8] != 0
        opens = values[9]
        for priority in Priority.allCases.map(\.rawValue) {
            entered[priority] = values[10 + 4 * priority]
            left[priority] = values[11 + 4 * priority]
            stale[priority] = values[12 + 4 * priority]
            taken[priority] = values[13 + 4 * priority]
        }
    }
}
