// Checks that no door stands open to other machines by oversight.

import Foundation
import NIOCore

/// Looks at where a front end listens, and who may come in.
enum DoorCheck {
    /// What is wrong: an address that others reach, without API keys and without a word that this is meant.
    static func problems(in configuration: Configuration) -> [ConfigurationProblem] {
        let server = configuration.server
        guard configuration.keys.isEmpty, !server.isInsecure else { return [] }
        let reading = ConfigurationReading(again: configuration)
        for (key, host) in [("host", server.host), ("adminHost", server.adminHost)] where !isLoopback(host) {
            reading.report(
                "\(host) can be reached from other machines, and there are no API keys; write some below keys "
                    + "(`levee key` makes one), or say --insecure or insecure: true",
                at: SettingPath("server", key)
            )
        }
        return reading.ranked
    }

    /// Whether only this machine reaches an address: 127.0.0.0/8, `::1`, or `localhost` (RFC 6761 section 6.3). What other
    /// names stand for is not asked.
    static func isLoopback(_ host: String) -> Bool {
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
