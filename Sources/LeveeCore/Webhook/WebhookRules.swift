// Which receivers Levee sends anything to: it can reach what its users cannot, and must not be used to get there.

/// The URL of a receiver, in a form that every parser reads alike.
public struct WebhookURL: Sendable, Hashable {
    /// The most characters of a URL.
    public static let maxLength = 2_048

    /// The URL as it was written.
    public let text: String
    /// The host without the brackets of an IPv6 address.
    public let host: String

    /// Reads a URL.
    ///
    /// - Parameter text: What was written.
    /// - Throws: ``WebhookFault`` if it is no URL that a receiver can have.
    public init(_ text: String) throws(WebhookFault) {
        guard text.utf8.count <= Self.maxLength else { throw .tooLong }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}#".utf8.contains($0) }) else {
            throw .characters
        }
        let scheme = text.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https", text.dropFirst(scheme.count).hasPrefix("://") else {
            throw .scheme
        }
        let rest = text.dropFirst(scheme.count + 3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { throw .userInfo }
        self.text = text
        host = try Self.host(in: authority)
    }

    private static func host(in authority: Substring) throws(WebhookFault) -> String {
        let host: Substring
        var port: Substring?
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<end]
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw .host }
            port = rest.isEmpty ? nil : rest.dropFirst()
            guard let address = IPAddress(host), address.isIPv6 else { throw .host }
        } else {
            let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = parts[0]
            port = parts.count == 2 ? parts[1] : nil
            guard isName(host) else { throw .host }
        }
        if let port {
            guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), (1...5).contains(port.utf8.count),
                let number = Int(port), (1...65_535).contains(number)
            else { throw .port }
        }
        return String(host)
    }

    /// Whether this is a host name (RFC 1123 section 2.1) or an IPv4 address in decimal numbers. What ends in a number and is no
    /// such address is taken for one in octal, hexadecimal or of fewer parts by some, so it is neither.
    private static func isName(_ host: Substring) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard host.utf8.count <= 253, let last = labels.last else { return false }
        let areLabels = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                        || $0 == 0x2D || $0 == 0x5F
                }
        }
        guard areLabels else { return false }
        let isNumber = last.utf8.allSatisfy { (0x30...0x39).contains($0) } || last.lowercased().hasPrefix("0x")
        return !isNumber || IPAddress(host) != nil
    }

    /// The address that the host is, where it is one; names of this machine (RFC 6761 section 6.3) are as good as one.
    public var address: IPAddress? {
        let name = host.lowercased()
        return name == "localhost" || name.hasSuffix(".localhost") ? IPAddress("127.0.0.1") : IPAddress(host)
    }
}

/// Which addresses may be reached besides those that are global unicast.
public struct WebhookRules: Sendable, Equatable {
    public var allowed: [IPNetwork]

    /// Creates rules.
    ///
    /// - Parameter allowed: Networks that may be reached although their addresses are not global unicast.
    public init(allowed: [IPNetwork] = []) {
        self.allowed = allowed
    }

    /// Whether an address may be reached.
    public func admits(_ address: IPAddress) -> Bool {
        address.isGlobalUnicast || allowed.contains { $0.contains(address) }
    }

    /// Chooses the one address to connect to.
    ///
    /// - Parameter addresses: All that a name has.
    /// - Returns: The first of them.
    /// - Throws: ``WebhookFault`` if there is none, or if any of them may not be reached: whoever owns the name could have the
    ///   other one used.
    public func choose(from addresses: [IPAddress]) throws(WebhookFault) -> IPAddress {
        guard let first = addresses.first else { throw .unresolved }
        if let wrong = addresses.first(where: { !admits($0) }) { throw .address(wrong) }
        return first
    }

    /// Reads a URL, and looks at its host if that is an address.
    ///
    /// - Parameter text: What was written.
    /// - Returns: The URL.
    /// - Throws: ``WebhookFault`` if nothing may be sent there.
    @discardableResult
    public func check(_ text: String) throws(WebhookFault) -> WebhookURL {
        let url = try WebhookURL(text)
        if let address = url.address, !admits(address) { throw .address(address) }
        return url
    }
}

/// Why nothing is sent to a URL.
public enum WebhookFault: Error, Sendable, Equatable, CustomStringConvertible {
    case tooLong
    case characters
    case scheme
    case userInfo
    case host
    case port
    case unresolved
    case address(IPAddress)

    /// What is wrong and what to write instead.
    public var description: String {
        switch self {
        case .tooLong: "the URL is longer than \(WebhookURL.maxLength) characters"
        case .characters: "the URL holds characters that it has to escape; leave out spaces and the fragment"
        case .scheme: "the URL does not begin with https:// or http://"
        case .userInfo: "the URL holds a user name; leave it out"
        case .host: "the URL names no host: write a name, four decimal numbers, or an IPv6 address in brackets"
        case .port: "the port of the URL is none; write 1 to 65535"
        case .unresolved: "the host has no address"
        case .address(let address): "nothing is sent to \(address), which is not a public address"
        }
    }
}
