// IP addresses and networks, and which addresses are anybody's to reach.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An IPv4 or IPv6 address.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16 bytes in network order.
    public let bytes: [UInt8]

    /// Takes over the bytes of an address.
    ///
    /// - Parameter bytes: 4 or 16 bytes in network order.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads an address in the one form that everybody reads alike: four decimal numbers without leading zeros, or RFC 4291
    /// section 2.2 without a zone.
    ///
    /// - Parameter text: The address, without brackets.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        var buffer = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &buffer) == 1 {
            bytes = Array(buffer.prefix(4))
        } else if inet_pton(AF_INET6, text, &buffer) == 1 {
            bytes = buffer
        } else {
            return nil
        }
    }

    public var isIPv6: Bool { bytes.count == 16 }

    public var description: String {
        var text = [CChar](repeating: 0, count: 46)
        guard inet_ntop(isIPv6 ? AF_INET6 : AF_INET, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The address that packets end up at: the IPv4 address within a mapped one (RFC 4291 section 2.5.5.2), one of NAT64 (RFC
    /// 6052 section 2.1) and one of 6to4 (RFC 3056 section 2); else the address itself.
    public var destination: IPAddress {
        guard isIPv6 else { return self }
        let embedded: ArraySlice<UInt8>
        if IPNetwork.mapped.contains(exactly: self) || IPNetwork.nat64.contains(exactly: self) {
            embedded = bytes[12..<16]
        } else if IPNetwork.sixToFour.contains(exactly: self) {
            embedded = bytes[2..<6]
        } else {
            return self
        }
        return IPAddress(bytes: Array(embedded)) ?? self
    }

    /// Whether the address, or the one within it, is global unicast by the registries of IANA for special-purpose addresses (RFC
    /// 6890): neither private, loopback, link-local, shared, multicast, reserved nor for documentation.
    public var isGlobalUnicast: Bool {
        let address = destination
        if address.isIPv6 {
            return IPNetwork.unicast.contains(exactly: address)
                && !IPNetwork.specialIPv6.contains { $0.contains(exactly: address) }
        }
        return !IPNetwork.specialIPv4.contains { $0.contains(exactly: address) }
    }
}

/// All addresses that begin with the same bits.
public struct IPNetwork: Sendable, Hashable, CustomStringConvertible {
    public let address: IPAddress
    /// How many bits are the same.
    public let length: Int

    /// Reads a network in CIDR notation (RFC 4632 section 3.1), or a single address.
    ///
    /// - Parameter text: Such as `10.0.0.0/8`; the bits behind the prefix have to be 0.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress($0) }) else { return nil }
        let bits = address.bytes.count * 8
        guard parts.count == 1 || parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = parts.count == 1 ? bits : Int(parts[1]), length <= bits
        else { return nil }
        self.address = address
        self.length = length
        guard (length..<bits).allSatisfy({ address.bytes[$0 / 8] & (0x80 >> ($0 % 8)) == 0 }) else { return nil }
    }

    /// A network that is written down here.
    private init(known text: String) {
        guard let network = IPNetwork(text) else { preconditionFailure("\(text) is no network") }
        self = network
    }

    public var description: String { "\(address)/\(length)" }

    /// Looks whether an address lies in the network.
    ///
    /// - Parameter address: The address.
    /// - Returns: Whether it does, or the IPv4 address within it.
    public func contains(_ address: IPAddress) -> Bool {
        contains(exactly: address) || contains(exactly: address.destination)
    }

    func contains(exactly other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        let (whole, rest) = (length / 8, length % 8)
        guard other.bytes.prefix(whole) == address.bytes.prefix(whole) else { return false }
        guard rest > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - rest))
        return other.bytes[whole] & mask == address.bytes[whole] & mask
    }

    static let mapped = IPNetwork(known: "::ffff:0:0/96")
    static let nat64 = IPNetwork(known: "64:ff9b::/96")
    static let sixToFour = IPNetwork(known: "2002::/16")
    static let unicast = IPNetwork(known: "2000::/3")
    static let specialIPv4 = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    ].map { IPNetwork(known: $0) }
    static let specialIPv6 = ["2001::/23", "2001:db8::/32", "3fff::/20"].map { IPNetwork(known: $0) }
}
