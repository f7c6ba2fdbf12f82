// The header field by which an upstream says when to come again.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads `Retry-After` (RFC 9110 section 10.2.3).
enum RetryAfterField {
    /// The longest time that is believed.
    static let longest = 86_400

    /// How long to wait: seconds, or the time until a date; `nil` for what is neither.
    static func delay(_ text: String) -> Duration? {
        if let seconds = Int(text), seconds >= 0 { return .seconds(min(seconds, longest)) }
        var date = tm()
        guard let end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &date), end.pointee == 0 else { return nil }
        return .seconds(min(max(timegm(&date) - time(nil), 0), longest))
    }
}
