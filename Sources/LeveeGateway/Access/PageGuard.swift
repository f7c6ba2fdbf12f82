// Keeps pages of others away from a door that asks for no key.

import HTTPTypes
import Hummingbird

/// What a door without keys asks of browsers.
///
/// Such a door trusts whoever reaches it, and so far as it listens on loopback, that is who is on this machine. But so is every
/// page that a browser there shows: it can send a form to any address (cross-site request forgery), and have a name of its own
/// resolve to this one (DNS rebinding). Programs send no `Origin`, and are not concerned.
struct PageGuard: Sendable {
    /// Whose pages may use the door, besides its own.
    let origins: AllowedOrigins
    /// Where clients reach the door, if that has been configured.
    let publicURL: String?
    /// Whether only this machine reaches the door, and so the door's own pages are those under an address or localhost.
    let isLoopback: Bool
    /// Whether then all requests have to be addressed that way, also those of programs and those that change nothing.
    let asksForName: Bool

    /// What it may turn a request away with: the statuses, where `isChange` says whether the request is to change something.
    func refusals(isChange: Bool) -> [Int] {
        (isChange ? [403] : []) + (asksForName && isLoopback ? [421] : [])
    }

    /// Turns a request away that a page of others may have sent.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - isChange: Whether it is to change something.
    /// - Throws: A problem, 421 if the request is addressed to another name (RFC 9110 section 15.5.20), 403 if it is to change
    ///   something for a page of another origin.
    func check(_ request: Request, isChange: Bool) throws(Problem) {
        let authority = request.head.authority?.lowercased() ?? ""
        if asksForName, isLoopback, !Self.isLocal(authority) { throw .misdirected }
        guard isChange else { return }
        guard let origin = request.headers[.origin] else {
            // A page that shows an image or a link sends no origin with its GET (Fetch Metadata, section 2.3).
            let site = request.headers[.fetchSite] ?? "none"
            guard site == "none" || site == "same-origin" || origins == .any else { throw .foreignOrigin }
            return
        }
        guard isOwn(origin.lowercased(), authority) || origins.allows(origin) else { throw .foreignOrigin }
    }

    /// Whether an origin is that of the door; the scheme may be another one where something in front of it ends TLS.
    private func isOwn(_ origin: String, _ authority: String) -> Bool {
        guard let page = Self.authority(in: origin) else { return false }
        if page == authority[...], !isLoopback || Self.isLocal(authority) { return true }
        return page == publicURL.flatMap { Self.authority(in: $0.lowercased()) }
    }

    /// What stands between the scheme and the path of a URL, or behind the scheme of an origin.
    private static func authority(in url: String) -> Substring? {
        guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else { return nil }
        return url[colon...].dropFirst(3).prefix { $0 != "/" }
    }

    /// Whether an authority is localhost (RFC 6761 section 6.3) or an address: nobody can have these resolve elsewhere.
    private static func isLocal(_ authority: String) -> Bool {
        if authority.hasPrefix("[") { return true }
        let name = authority.prefix { $0 != ":" }
        return name == "localhost" || name.hasSuffix(".localhost")
            || name.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    }
}
