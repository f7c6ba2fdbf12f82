// Formats of settings that name a place on the network.

import LeveeRedis

extension ValueFormat<Int> {
    /// A TCP port; with 0 the system chooses a free one.
    static let port = ValueFormat.integer(0...65_535)
}

extension ValueFormat<RedisEndpoint> {
    /// The URL of a Redis server. A complaint never shows the URL, which may hold a password.
    static let redisURL = ValueFormat(
        expectation: "redis://[user:password@]host:port/database or unix:///path?db=database"
    ) { text throws(ValueComplaint) in
        do throws(RedisEndpointError) {
            return try RedisEndpoint(text)
        } catch {
            throw ValueComplaint(message: LineText.escaped(error.description))
        }
    }
}

extension ValueFormat<String> {
    /// A host name or an IP address to listen on.
    static let host = ValueFormat(
        expectation: "a host name or an IP address without scheme and port, such as 127.0.0.1, ::1 or localhost"
    ) { text in
        let isAddress = text.utf8.filter { $0 == UInt8(ascii: ":") }.count != 1
        return isAddress && isHost(text.utf8, besides: ":%") ? text : nil
    }

    /// The absolute URL under which clients reach the front ends (RFC 3986), kept without a slash at its end.
    static let publicURL = ValueFormat(
        expectation: "http:// or https:// with a host and, where needed, port and path, "
            + "such as https://jobs.example.com"
    ) { text in
        let scheme = text.prefix { $0 != ":" }.lowercased()
        guard text.dropFirst(scheme.count).hasPrefix("://") else { return nil }
        let rest = text.dropFirst(scheme.count + 3)
        let authority = rest.prefix { $0 != "/" }
        var path = rest[authority.endIndex...]
        while path.last == "/" { path.removeLast() }
        guard scheme == "http" || scheme == "https", isAuthority(authority), path.utf8.allSatisfy(\.isPathCharacter)
        else { return nil }
        return "\(scheme)://\(authority)\(path)"
    }

    /// The origin of a web page (RFC 6454 section 6.2), as browsers send it: in lower case, without the usual port.
    ///
    /// - Parameter orAny: Whether an asterisk may stand for all origins.
    /// - Returns: The format.
    static func origin(orAny: Bool) -> ValueFormat {
        let example = "http:// or https:// with a host and, where needed, a port, such as https://app.example.com"
        return ValueFormat(expectation: orAny ? example + ", or \"*\" for all" : example) { text in
            if orAny, text == "*" { return text }
            let origin = text.lowercased()
            let scheme = origin.prefix { $0 != ":" }
            let authority = origin.dropFirst(scheme.count + 3)
            guard scheme == "http" || scheme == "https", origin.hasPrefix("\(scheme)://"), isAuthority(authority) else {
                return nil
            }
            let port = scheme == "http" ? ":80" : ":443"
            return authority.hasSuffix(port) ? String(origin.dropLast(port.count)) : origin
        }
    }

    private static func isAuthority(_ text: Substring) -> Bool {
        var host = text
        if let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") {
            let digits = text[text.index(after: colon)...]
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits),
                (1...65_535).contains(port)
            else { return false }
            host = text[..<colon]
        }
        guard host.hasPrefix("[") else { return isHost(host.utf8, besides: "") }
        return host.hasSuffix("]") && host.utf8.count > 3 && isHost(host.dropFirst().dropLast().utf8, besides: ":")
    }

    private static func isHost(_ bytes: some Collection<UInt8>, besides extra: String) -> Bool {
        (1...253).contains(bytes.count)
            && bytes.allSatisfy { $0.isWordCharacter || $0 == UInt8(ascii: ".") || extra.utf8.contains($0) }
    }
}

extension UInt8 {
    /// A letter, a digit, `-` or `_`.
    fileprivate var isWordCharacter: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
            || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
    }

    /// What may stand in the path of a URL: no query, no fragment, nothing to be escaped.
    fileprivate var isPathCharacter: Bool {
        isWordCharacter || "/.~!$&'()*+,;=:@%".utf8.contains(self)
    }
}
