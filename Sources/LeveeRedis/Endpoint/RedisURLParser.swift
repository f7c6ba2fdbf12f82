// Takes a Redis URL apart, by RFC 3986 as far as such URLs need it.

struct RedisURLParser {
    private var rest: Substring
    private let isUnix: Bool
    private var username: String?
    private var password: String?

    init(_ url: String) throws(RedisEndpointError) {
        if url.hasPrefix("rediss://") { throw .tlsUnsupported }
        isUnix = url.hasPrefix("unix://")
        guard isUnix || url.hasPrefix("redis://") else { throw .unknownScheme }
        rest = url.dropFirst(isUnix ? 7 : 8)
    }

    mutating func endpoint() throws(RedisEndpointError) -> RedisEndpoint {
        try takeCredentials()
        var (address, database) = try isUnix ? socket() : hostAndPort()
        if case .unix(let path) = address { address = .unix(path: try Self.decode(path[...])) }
        return RedisEndpoint(address: address, username: username, password: password, database: database)
    }

    private mutating func takeCredentials() throws(RedisEndpointError) {
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard let at = authority.lastIndex(of: "@") else { return }
        let credentials = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let user = try Self.decode(credentials.first ?? "")
        username = user.isEmpty ? nil : user
        if credentials.count == 2 { password = try Self.decode(credentials[1]) }
        rest = rest[rest.index(after: at)...]
    }

    private func hostAndPort() throws(RedisEndpointError) -> (RedisEndpoint.Address, Int) {
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        let path = rest[slash...].dropFirst()
        var host = authority
        var port: Substring = ""
        if authority.hasPrefix("["), let bracket = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<bracket]
            port = authority[authority.index(after: bracket)...]
        } else if let colon = authority.lastIndex(of: ":") {
            host = authority[..<colon]
            port = authority[colon...]
        }
        guard !host.isEmpty else { throw .missingHost }
        let number = port.isEmpty ? 6379 : port.hasPrefix(":") ? Self.number(port.dropFirst()) : nil
        guard let number, (1...65535).contains(number) else { throw .invalidPort(String(port.drop { $0 == ":" })) }
        return (.tcp(host: String(host), port: number), try Self.database(path))
    }

    private func socket() throws(RedisEndpointError) -> (RedisEndpoint.Address, Int) {
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first ?? ""
        guard path.hasPrefix("/"), path.utf8.count <= 107 else { throw .invalidSocketPath(String(path)) }
        var database = 0
        for parameter in parts.dropFirst().joined().split(separator: "&") {
            let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, pair[0] == "db" else { throw .unknownParameter(String(pair[0])) }
            database = try Self.database(pair[1])
        }
        return (.unix(path: String(path)), database)
    }

    private static func database(_ text: Substring) throws(RedisEndpointError) -> Int {
        if text.isEmpty { return 0 }
        guard let number = number(text) else { throw .invalidDatabase(String(text)) }
        return number
    }

    /// Digits only: `Int` would take a sign as well.
    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }

    private static func decode(_ text: Substring) throws(RedisEndpointError) -> String {
        guard text.contains("%") else { return String(text) }
        var bytes: [UInt8] = []
        var utf8 = text.utf8[...]
        while let byte = utf8.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = utf8.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            guard digits.count == 2 else { throw .invalidPercentEncoding }
            bytes.append(UInt8(digits[0] << 4 | digits[1]))
            utf8 = utf8.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { throw .invalidPercentEncoding }
        return decoded
    }
}
