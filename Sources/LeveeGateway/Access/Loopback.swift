// Addresses that only the machine itself reaches.

import Foundation
import NIOCore

/// The loopback network.
public enum Loopback {
    /// Whether only this machine reaches an address: 127.0.0.0/8, `::1`, or `localhost` (RFC 6761 section 6.3). What other
    /// names stand for is not asked.
    public static func reaches(_ host: String) -> Bool {
        if host.lowercased() == "localhost" { return true }
        switch try? SocketAddress(ipAddress: host, port: 0) {
        case .v4(let address): return UInt32(bigEndian: address.address.sin_addr.s_addr) >> 24 == 127
        case .v6(let address):
            let bytes = withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
            let mapped = Array(repeating: UInt8(0), count: 10) + [0xFF, 0xFF, 127]
            return bytes == Array(repeating: 0, count: 15) + [1] || bytes.starts(with: mapped)
        case .unixDomainSocket, nil: return false
        }
    }
}
