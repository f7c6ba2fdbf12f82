// Where requests go: one front end, by its base URL.

/// The base URL of a front end, such as `http://127.0.0.1:8080` or `http://levee.internal/queue`.
public struct LoadTarget: Sendable, Hashable, CustomStringConvertible {
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    public let host: String
    /// The TCP port.
    public let port: Int
    /// What stands before `/jobs`: empty, or a path that begins with a slash and does not end with one.
    public let path: String
    /// The value of `Host` (RFC 9112 section 3.2): host and port, the port left out where it is 80.
    public let authority: String
    /// The URL without a slash at its end.
    public let description: String

    /// Takes a base URL apart (RFC 3986 section 3).
    ///
    /// - Parameter url: An `http` URL without query and fragment.
    /// - Throws: `LoadPlanError.invalidURL`, which says what is wrong with it.
    public init(_ url: String) throws(LoadPlanError) {
        guard !url.hasPrefix("https://") else { throw .invalidURL(url, "TLS is not spoken here; give an http:// URL") }
        guard url.hasPrefix("http://") else { throw .invalidURL(url, "it does not begin with http://") }
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .invalidURL(url, "it has a character that must be percent-encoded")
        }
        let rest = url.dropFirst("http://".count)
        guard !rest.contains(where: { $0 == "?" || $0 == "#" || $0 == "@" }) else {
            throw .invalidURL(url, "a base URL has neither credentials nor query nor fragment")
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        guard let (host, port) = Self.split(rest[..<slash]) else {
            throw .invalidURL(url, "it names no host, or a port that is not 1 to 65535")
        }
        self.host = host
        self.port = port
        var path = rest[slash...]
        while path.hasSuffix("/") { path.removeLast() }
        self.path = String(path)
        let name = host.contains(":") ? "[\(host)]" : host
        authority = port == 80 ? name : "\(name):\(port)"
        description = "http://\(authority)\(self.path)"
    }

    private static func split(_ authority: Substring) -> (host: String, port: Int)? {
        var host = authority
        var port: Substring?
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<bracket]
            let after = authority[authority.index(after: bracket)...]
            guard after.isEmpty || after.hasPrefix(":") else { return nil }
            if !after.isEmpty { port = after.dropFirst() }
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        guard !host.isEmpty else { return nil }
        guard let port else { return (host.lowercased(), 80) }
        // Digits only: `Int` would take a sign as well.
        guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(port), number > 0 else {
            return nil
        }
        return (host.lowercased(), Int(number))
    }

    /// Whether the host can only be this machine: `localhost` (RFC 6761 section 6.3), 127.0.0.0/8 or `::1`.
    public var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    }

    /// What stands after this base URL in an absolute URL, such as `/jobs/00k`; `nil` when that lies elsewhere.
    func path(within url: String) -> String? {
        guard url.hasPrefix(description) else { return nil }
        let rest = url.dropFirst(description.count)
        return rest.hasPrefix("/") ? String(rest) : nil
    }
}
