// All there is to know of a job, for operators.

public import LeveeCore
import LeveeRedis

extension RedisStore: JobDossiers {
    public func dossier(of id: JobID) async throws(StoreError) -> JobDossier? {
        let reply = try await send(RedisCommand("HMGET", keys.job(id), "s", "f", "hd", "o", "re"))
        guard let values = reply.array, values.count == 5, !values[0].isNull else { return nil }
        let facts = values[1].bytes.flatMap { JobFacts($0) }
        return JobDossier(
            payloadType: facts?.payloadType ?? "",
            payloadLength: facts?.payloadLength ?? 0,
            request: values[2].string.map { RequestHead(text: $0) },
            followUps: Self.followUps(facts?.followUps ?? ""),
            retryOf: values[3].string.map { JobID(trusted: $0) },
            retriedAs: values[4].string.map { JobID(trusted: $0) }
        )
    }

    public func storedPayload(of id: JobID) async throws(StoreError) -> Content? {
        let reply = try await send(RedisCommand("HMGET", keys.job(id), "s", "f", "b", "bf"), large: true)
        guard let values = reply.array, values.count == 4, !values[0].isNull else { return nil }
        let mediaType = values[1].bytes.flatMap { JobFacts($0) }?.payloadType ?? ""
        if let bytes = values[2].bytes {
            // A canceled job has given its payload up.
            if bytes.isEmpty, values[0].bytes.flatMap({ JobStanding($0) })?.state == .canceled { return nil }
            return Content(mediaType: mediaType, bytes: bytes)
        }
        if let blob = Blob(values[3], name: .payload(of: id)) { return Content(mediaType: mediaType, blob: blob) }
        return try await payload(of: id).map { Content(mediaType: mediaType, bytes: $0) }
    }

    /// Follow-ups as the scripts keep them: a line for each.
    private static func followUps(_ lines: String) -> [FollowUp] {
        lines.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard parts.count == 3, let trigger = FollowUp.Trigger(rawValue: parts[0]),
                let destination = FollowUp.Destination(kind: parts[1], target: parts[2])
            else { return nil }
            return FollowUp(trigger, to: destination)
        }
    }
}
