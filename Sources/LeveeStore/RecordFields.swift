// A job's hash: the short names of its fields, and how a record is read from them.

import LeveeCore
import LeveeRedis

/// The fields of a job's hash that make up its record; `docs/redis-layout.md` explains each.
enum RecordFields {
    static let all = [
        "t", "q", "p", "s", "v", "n", "a", "z", "m", "i", "c", "u", "g", "d", "xp", "x", "pc", "ps", "pm",
        "rs", "rk", "rl", "r", "ec", "em", "es", "te", "at", "rh", "rf", "tp",
    ]

    /// Where the state is among them.
    static let state = 3

    /// The same without the bytes of results, which would be too many in a list of jobs; nothing is stored under no name.
    static let listed = all.map { $0 == "r" ? "" : $0 }

    /// The same, the state of a job that is hidden, and its payload: media type, length, bytes, reference.
    static let delivered = all + ["gs", "k", "l", "b", "bf"]

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
        if values[3].isNull { return nil }
        guard let type = values[0].string, let queue = values[1].string,
            let priority = values[2].int.flatMap(Priority.init), let state = values[3].string.flatMap(JobState.init),
            let version = values[4].int, let maxAttempts = values[8].int, let ticket = values[9].int,
            let createdAt = Timestamp(values[10]), let updatedAt = Timestamp(values[11]),
            let expiresAt = Timestamp(values[14])
        else { throw .unexpectedReply("the hash of job \(id) lacks a field or holds one that makes no sense") }
        var record = JobRecord(
            id: id,
            type: type,
            queue: queue,
            priority: priority,
            state: state,
            version: version,
            fence: values[5].int ?? 0,
            attempt: values[27].int ?? 0,
            failures: values[6].int ?? 0,
            stalls: values[7].int ?? 0,
            maxAttempts: maxAttempts,
            ticket: ticket,
            createdAt: createdAt,
            updatedAt: updatedAt,
            claimedAt: Timestamp(values[12]),
            dueAt: Timestamp(values[13]),
            expiresAt: expiresAt,
            isCancelRequested: !values[15].isNull,
            progress: Progress(percent: values[16].int ?? 0, stage: values[17].string, message: values[18].string),
            tenant: values[26].string.map { Tenant($0) } ?? .standard,
            trace: values[30].bytes.flatMap { TraceContext(stored: $0) }
        )
        var result: JobRecord.StoredResult?
        if let status = values[19].int, let mediaType = values[20].string, let length = values[21].int {
            let fields = [HeaderField](lines: values[28].string ?? "")
            result = .init(
                status: status,
                mediaType: mediaType,
                length: length,
                inline: values[22].bytes,
                fields: fields,
                blob: Blob(values[29], name: .result(of: id, fence: record.fence))
            )
        }
        if state == .succeeded { record.result = result }
        if state == .failed || state == .canceled, let code = values[23].string, let detail = values[24].string {
            record.failure = .init(code: code, detail: detail, status: values[25].int, answer: result)
        }
        return record
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
            guard let name = fields[index].string, let value = fields[index + 1].int else { continue }
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
            let priority = parts.count == 2 ? Int(parts[1]).flatMap(Priority.init)?.rawValue : nil
            switch (parts.first, priority) {
            case ("in", let priority?): entered[priority] = value
            case ("out", let priority?): left[priority] = value
            case ("stale", let priority?): stale[priority] = value
            case ("taken", let priority?): taken[priority] = value
            case ("suspect", nil): suspect = value
            case ("scheduled", nil): scheduled = value
            case ("running", nil): running = value
            case ("bytes", nil): bytes = value
            case ("paused", nil): isPaused = true
            case ("opens", nil): opens = value
            case ("succeeded", nil): succeeded = value
            case ("failed", nil): failed = value
            case ("canceled", nil): canceled = value
            case ("submitted", nil): submitted = value
            case ("wait", nil): wait.total = .milliseconds(value)
            case ("service", nil): service.total = .milliseconds(value)
            default: continue
            }
        }
    }
}
