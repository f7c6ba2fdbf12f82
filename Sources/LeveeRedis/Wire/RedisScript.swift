// A Lua script that Redis keeps and runs by its digest.

private import NIOConcurrencyHelpers

/// A Lua script. Copies share the digest, which Redis computes when the script is loaded for the first time.
public struct RedisScript: Sendable {
    private let storage: Storage

    /// A script with a name for logs and errors, and its Lua source.
    public init(name: String, source: [UInt8]) {
        storage = Storage(name: name, source: source)
    }

    /// The name in logs and errors.
    public var name: String { storage.name }

    /// The Lua source.
    public var source: [UInt8] { storage.source }

    /// The SHA-1 digest in hexadecimal as Redis answered it; `nil` until the script was loaded once.
    var digest: String? {
        get { storage.digest.withLockedValue { $0 } }
        nonmutating set { storage.digest.withLockedValue { $0 = newValue } }
    }

    private final class Storage: Sendable {
        let name: String
        let source: [UInt8]
        let digest = NIOLockedValueBox<String?>(nil)

        init(name: String, source: [UInt8]) {
            self.name = name
            self.source = source
        }
    }
}
