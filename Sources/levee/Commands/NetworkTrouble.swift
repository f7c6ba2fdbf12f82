// Errors of the network in words for people: what libraries print is for those who know their sources.

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix

/// Why something on the network did not work.
enum NetworkTrouble {
    /// A few words that follow a colon; never empty.
    static func words(for error: any Error) -> String {
        switch error {
        case let error as IOError: words(for: error.errnoCode)
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { words(for: $0.error) } ?? "there is no such host"
        case is SocketAddressError: "there is no such host or address"
        case let error as HTTPClientError: words(for: error)
        case ChannelError.connectTimeout: "it could not be reached in time"
        case is ChannelError: "the connection was closed"
        case is NIOTooManyBytesError: "the answer is too long"
        case is CancellationError: "it was called off"
        default: "what came is no HTTP, or the TLS certificate is not trusted"
        }
    }

    private static func words(for code: CInt) -> String {
        switch code {
        case EADDRINUSE: "the port is in use"
        case EADDRNOTAVAIL: "this machine has no such address"
        case EACCES: "this user may not use the port"
        case ECONNREFUSED: "nobody listens there"
        case ECONNRESET, EPIPE: "the connection was reset"
        case ETIMEDOUT: "it could not be reached in time"
        case EHOSTUNREACH, ENETUNREACH: "there is no way to it"
        case EMFILE, ENFILE: "there are too many open files"
        default: String(cString: strerror(code)).lowercased()
        }
    }

    private static func words(for error: HTTPClientError) -> String {
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout: "it could not be reached in time"
        case .deadlineExceeded, .readTimeout, .writeTimeout: "it did not answer in time"
        case .remoteConnectionClosed, .uncleanShutdown: "it closed the connection before it had answered"
        case .cancelled: "it was called off"
        default: "what came is no answer that can be read"
        }
    }
}
