// What the decoder lets pass in the head of a request and this server does not.

import NIOHTTP1

/// Puts heads into the form that the rest of the server relies on.
enum RequestHeadRules {
    /// Checks a head, and settles what only the wire format knows.
    ///
    /// - The target becomes a path with its query, whichever form it had (RFC 9112 section 3.2); that of another server
    ///   replaces `Host`, as the RFC has it.
    /// - Transfer codings other than `chunked` are refused: the payload would be stored in a form that nobody undoes.
    /// - HTTP/1.0, and whoever would rather speak another protocol, get one answer and a closed connection.
    ///
    /// - Parameter head: The head as it was decoded.
    /// - Returns: Whether no other request can follow on the connection.
    /// - Throws: What is wrong with it.
    static func settle(_ head: inout HTTPRequestHead) throws(Problem) -> Bool {
        try checkTransferCoding(of: head)
        try settleTarget(of: &head)
        let connection = head.headers[canonicalForm: "connection"].map { $0.lowercased() }
        let isUpgrade = head.headers.contains(name: "upgrade") && connection.contains("upgrade")
        guard isUpgrade || head.version == .http1_0 || connection.contains("close") else { return false }
        head.headers.replaceOrAdd(name: "connection", value: "close")
        return true
    }

    /// RFC 9112 section 6.1.
    private static func checkTransferCoding(of head: HTTPRequestHead) throws(Problem) {
        guard head.headers.contains(name: "transfer-encoding") else { return }
        let codings = head.headers[canonicalForm: "transfer-encoding"]
        guard head.version != .http1_0 else { throw .malformedRequest("HTTP/1.0 knows no Transfer-Encoding") }
        guard codings.count == 1, codings[0].lowercased() == "chunked" else { throw .unsupportedTransferCoding }
    }

    private static func settleTarget(of head: inout HTTPRequestHead) throws(Problem) {
        if head.uri.hasPrefix("/") || head.uri == "*" && head.method == .OPTIONS { return }
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: { head.uri.lowercased().hasPrefix($0) }) else { throw .invalidTarget }
        let rest = head.uri.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let path = rest.dropFirst(authority.count)
        head.headers.replaceOrAdd(name: "host", value: String(authority))
        head.uri = path.hasPrefix("/") ? String(path) : "/" + path
    }
}
