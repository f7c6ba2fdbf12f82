// The socket of a service manager: one datagram for each piece of news.

import Foundation

/// Where sd_notify(3) sends: a datagram socket with a path, or, after an `@`, with a name that is no file.
struct NotificationSocket: Sendable {
    private let bytes: [UInt8]

    /// - Returns: `nil` if this can be no address: systemd writes a path that begins with a slash or an `@`.
    init?(path: String) {
        guard path.hasPrefix("/") || path.hasPrefix("@"), path.utf8.count > 1,
            path.utf8.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        else { return nil }
        bytes = path.hasPrefix("@") ? [0] + path.utf8.dropFirst() : Array(path.utf8)
    }

    /// Sends one datagram; never waits.
    ///
    /// - Returns: What went wrong, in words; `nil` if it is sent.
    func send(_ text: String) -> String? {
        let file = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { return Self.trouble }
        defer { close(file) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        // A name that is no file ends where the address does, a path at its first zero.
        let size = MemoryLayout<sockaddr_un>.offset(of: \.sun_path).map { $0 + bytes.count } ?? 0
        let news = Array(text.utf8)
        let sent = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                sendto(
                    file,
                    news,
                    news.count,
                    CInt(MSG_NOSIGNAL | MSG_DONTWAIT),
                    address,
                    socklen_t(size)
                )
            }
        }
        return sent == news.count ? nil : Self.trouble
    }

    private static var trouble: String { String(cString: strerror(errno)) }
}
