// Makes job ids and tells genuine ones from forged ones, without asking anybody.

import Crypto

/// Mints and recognises the ids of one deployment.
///
/// The last 48 of an id's 128 bits are the head of HMAC-SHA256 (RFC 2104) over the rest, keyed with the deployment's
/// secret. A front end can therefore answer 404 to a guessed id without a command to Redis, and 410 to a genuine one
/// whose job is gone.
public struct JobIDAuthority: Sendable {
    private static let randomBytes = 10
    private static let macBytes = 6

    /// The code over nothing yet: from here on, the key costs no more hashing.
    private let keyed: HMAC<SHA256>

    /// Creates an authority over ids.
    ///
    /// - Parameter secret: The deployment's secret: the same bytes in every process; 32 of them are made at first use.
    public init(secret: [UInt8]) {
        keyed = HMAC(key: SymmetricKey(data: secret))
    }

    /// Makes a new id.
    ///
    /// - Parameters:
    ///   - partition: The two characters of the partition that will hold the job.
    ///   - generator: Where the 80 random bits come from.
    /// - Returns: An id that this authority recognises.
    public func mint(partition: String, using generator: inout some RandomNumberGenerator) -> JobID {
        // As few calls as will do: each of the system's generator is a system call.
        let numbers: [UInt64] = [generator.next(), generator.next()]
        let bytes = numbers.withUnsafeBytes { Array($0.prefix(Self.randomBytes)) }
        return sign(bytes, partition: partition)
    }

    /// Makes the id of a job that a delivery makes: the same each time, and unlike that of any other job.
    ///
    /// - Parameters:
    ///   - partition: The two characters of the partition that will hold the job.
    ///   - delivery: The delivery.
    /// - Returns: An id that this authority recognises.
    public func mint(partition: String, for delivery: DeliveryID) -> JobID {
        let code = code(over: Array("chained \(delivery.text)".utf8))
        return sign(Array(code.prefix(Self.randomBytes)), partition: partition)
    }

    private func sign(_ random: [UInt8], partition: String) -> JobID {
        JobID(trusted: partition + CrockfordBase32.encode(random + mac(partition: partition.utf8, random: random[...])))
    }

    /// Makes a new id from the system's random numbers.
    ///
    /// - Parameter partition: The two characters of the partition that will hold the job.
    /// - Returns: An id that this authority recognises.
    public func mint(partition: String) -> JobID {
        var generator = SystemRandomNumberGenerator()
        return mint(partition: partition, using: &generator)
    }

    /// Recognises an id that came from outside.
    ///
    /// - Parameter text: What a client sent.
    /// - Returns: The id, or `nil` if it is malformed or was not minted with this secret.
    public func recognize(_ text: some StringProtocol) -> JobID? {
        let characters = Array(text.utf8)
        guard characters.count == JobID.length,
            characters.prefix(2).allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }),
            let body = CrockfordBase32.decode(characters[2...], count: Self.randomBytes + Self.macBytes)
        else { return nil }
        let genuine = mac(partition: characters.prefix(2), random: body.prefix(Self.randomBytes))
        let difference = zip(genuine, body.suffix(Self.macBytes)).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
        return difference == 0 ? JobID(trusted: String(text)) : nil
    }

    private func mac(partition: some Sequence<UInt8>, random: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        code(over: Array(partition) + random).prefix(Self.macBytes)
    }

    private func code(over data: [UInt8]) -> [UInt8] {
        var code = keyed
        code.update(data: data)
        return Array(code.finalize())
    }
}
