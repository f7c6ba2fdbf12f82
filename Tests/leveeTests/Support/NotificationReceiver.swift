// The socket of a service manager, as the manager has it.

import Foundation
import Synchronization
import Testing

/// Receives what a process under test tells its service manager.
final class NotificationReceiver: Sendable {
    private let file: CInt
    private let heard = Mutex<[String]>([])

    /// Listens at a path, or, after an `@`, at a name that is no file.
    init(_ path: String) throws {
        file = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try #require(file >= 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = path.hasPrefix("@") ? [0] + path.utf8.dropFirst() : Array(path.utf8)
        try #require(bytes.count < MemoryLayout.size(ofValue: address.sun_path))
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let size = (MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 0) + bytes.count
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(file, $0, socklen_t(size)) }
        }
        try #require(result == 0, "\(String(cString: strerror(errno)))")
    }

    deinit { close(file) }

    /// All that has come so far, oldest first.
    var news: [String] {
        heard.withLock { heard in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while case let count = recv(file, &buffer, buffer.count, 0), count >= 0 {
                heard.append(String(decoding: buffer[..<count], as: UTF8.self))
            }
            return heard
        }
    }
}
