// API keys, of which a deployment knows the hashes only.

import Crypto

/// A key that opens a deployment's doors, without the secret itself.
///
/// The secret is random and long, so that one round of SHA-256 hides it well enough: there is nothing to guess.
public struct APIKey: Sendable, Equatable {
    /// What operators call it.
    public var name: String
    /// SHA-256 of the secret's bytes.
    public var digest: [UInt8]
    /// Whose requests carry it.
    public var tenant: Tenant
    public var scopes: Set<Scope>

    /// How many bytes a digest has.
    public static let digestLength = SHA256.byteCount

    /// Creates a key; see the properties.
    public init(name: String, digest: [UInt8], tenant: Tenant = .standard, scopes: Set<Scope> = [.submit, .read]) {
        self.name = name
        self.digest = digest
        self.tenant = tenant
        self.scopes = scopes
    }

    /// Makes a new secret: 256 random bits, in letters and digits after a prefix by which a leaked one is known.
    ///
    /// - Returns: The secret; nobody else knows it.
    public static func newSecret() -> String {
        var generator = SystemRandomNumberGenerator()
        let bits = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return "levee_" + CrockfordBase32.encode(bits)
    }

    /// What is kept of a secret.
    ///
    /// - Parameter secret: The secret as it is sent.
    /// - Returns: Its SHA-256.
    public static func digest(of secret: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(secret.utf8)))
    }
}

/// The keys of a deployment. Without any, its doors are open.
public struct APIKeyRing: Sendable, Equatable {
    private let keys: [APIKey]

    /// Takes keys over; no two should have the same digest.
    ///
    /// - Parameter keys: The keys.
    public init(_ keys: [APIKey] = []) {
        self.keys = keys
    }

    /// Whether there are no keys.
    public var isEmpty: Bool { keys.isEmpty }

    /// Finds the key of a secret. How long that takes tells nothing of how near the secret comes to any key.
    ///
    /// - Parameter secret: What a client has sent.
    /// - Returns: The key, or `nil` if it is none of these.
    public func key(of secret: String) -> APIKey? {
        let digest = APIKey.digest(of: secret)
        var found: APIKey?
        for key in keys {
            var difference = UInt8(key.digest.count == digest.count ? 0 : 1)
            for (left, right) in zip(key.digest, digest) { difference |= left ^ right }
            if difference == 0 { found = key }
        }
        return found
    }
}
