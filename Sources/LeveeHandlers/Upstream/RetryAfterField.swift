// The header field by which an upstream says when to come again.

import Foundation

/// Reads `Retry-After` (RFC 9110 section 10.2.3).
enum RetryAfterField {
    /// The longest time that is believed, in seconds.
    static let longest = 86_400

    /// An HTTP-date in its preferred form (RFC 9110 section 5.6.7).
    private static let httpDate = {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter
    }()

    /// How long to wait: seconds, or the time until a date; `nil` for what is neither.
    static func delay(_ text: String) -> Duration? {
        if let seconds = Int(text), seconds >= 0 { return .seconds(min(seconds, longest)) }
        guard let rest = httpDate.date(from: text)?.timeIntervalSinceNow else { return nil }
        return .seconds(min(max(0, rest.rounded(.up)), Double(longest)))
    }
}
