// What jobs refer to outside Redis.

public import LeveeCore
import LeveeRedis

extension RedisStore: JobBlobs {
    public func claims(of ids: [JobID]) async throws(StoreError) -> [BlobClaim] {
        let reply = try await run(scripts.blobs, ids.map { Array($0.text.utf8) })
        guard let answers = reply.array, answers.count == ids.count else {
            throw .unexpectedReply("blobs answered \(reply)")
        }
        var claims: [BlobClaim] = []
        for (id, answer) in zip(ids, answers) {
            guard let fields = answer.array, fields.count == 5 else {
                throw .unexpectedReply("blobs answered \(answer)")
            }
            claims.append(Self.claim(fields, of: id))
        }
        return claims
    }

    private static func claim(_ fields: [RESPValue], of id: JobID) -> BlobClaim {
        guard let state = (fields[0].string ?? fields[1].string).flatMap(JobState.init) else {
            // A hash that has lost its state is for the doctor; nothing is known of what it needs.
            return fields.allSatisfy(\.isNull) ? .nobody : .open(payload: nil)
        }
        let payload = Blob(fields[3], name: .payload(of: id))
        guard state.isTerminal else { return .open(payload: payload) }
        let result = Blob(fields[4], name: .result(of: id, fence: fields[2].int ?? 0))
        return .ended([payload, result].compactMap(\.self))
    }
}
