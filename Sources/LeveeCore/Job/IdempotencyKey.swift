// A client's own name for a submit, so that the submit can be sent again without making a second job.

import Crypto

/// What a client sends as `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header).
public struct IdempotencyKey: Sendable, Hashable {
    /// The most characters that a key may have.
    public static let maxLength = 255

    /// 1 to 255 characters of printable ASCII.
    public let text: String

    /// Takes a key over.
    ///
    /// - Parameter text: The key; `nil` comes of one that is empty, too long or not printable ASCII.
    public init?(_ text: String) {
        guard (1...Self.maxLength).contains(text.utf8.count), text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return nil }
        self.text = text
    }
}

extension NewJob {
    /// The name under which a store remembers the submit, if it has a key: 128 bits of SHA-256 over tenant and key, so that
    /// keys of two tenants never meet.
    public var idempotencyName: String? {
        idempotencyKey.map { Self.digest([Array(tenant.name.utf8), Array($0.text.utf8)]) }
    }

    /// What tells this submit from another one with the same key: 128 bits of SHA-256 over type, media type and payload, or the
    /// digest of a payload that lies in a blob; where the payload was made of a request, over that, since the job's own id may
    /// be in what was made of it.
    public var fingerprint: String {
        let body = sent?.body ?? payload
        // The same wherever the body lies.
        let digest = body.blob?.digest ?? Hexadecimal.text(SHA256.hash(data: body.bytes))
        var parts = [Array(type.utf8), Array(body.mediaType.utf8), Array(digest.utf8)]
        if let line = sent?.line { parts.append(Array("\(line.method) \(line.target)".utf8)) }
        return Self.digest(parts)
    }

    /// Each part goes in after its length, so that no two lists of parts look alike.
    private static func digest(_ parts: [[UInt8]]) -> String {
        var hash = SHA256()
        for part in parts {
            withUnsafeBytes(of: UInt64(part.count).bigEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: part)
        }
        return CrockfordBase32.encode(Array(hash.finalize().prefix(16)))
    }
}
