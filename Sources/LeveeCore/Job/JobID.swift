// The name of a job: two characters of partition, then 26 of Crockford base32.

/// The id of a job, as it stands in URLs, in Redis keys and in a handler's environment.
///
/// 28 characters: two of partition, then 26 of Crockford base32 (lower case) for 80 random bits and 48 bits of HMAC
/// over the partition and the random bits. Ids come from a ``JobIDAuthority`` only, so a value of this type was made or
/// recognised by the deployment that uses it, and no malformed or forged id reaches a store.
public struct JobID: Hashable, Sendable, CustomStringConvertible {
    /// The 28 characters, all of them lower-case letters and digits.
    public let text: String

    /// How many characters an id has.
    public static let length = 28

    /// Takes over an id that the deployment itself has written, such as one read back from its store.
    ///
    /// - Parameter text: The 28 characters; they are not checked.
    public init(trusted text: String) {
        self.text = text
    }

    public var description: String { text }
}
