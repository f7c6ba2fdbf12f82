// The date of responses.

import Foundation
import Synchronization

/// The field `Date` (RFC 9110 section 6.6.1), put together once a second.
final class DateField: Sendable {
    private let last = Mutex((second: 0, text: ""))

    /// The present time as an HTTP-date (RFC 9110 section 5.6.7).
    var text: String {
        var second = time(nil)
        return last.withLock { last in
            guard last.second != second else { return last.text }
            var parts = tm()
            gmtime_r(&second, &parts)
            let text = String(unsafeUninitializedCapacity: 32) {
                strftime($0.baseAddress!, 32, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            }
            last = (second, text)
            return text
        }
    }
}
