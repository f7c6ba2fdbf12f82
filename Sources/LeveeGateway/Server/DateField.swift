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
            var bytes = [CChar](repeating: 0, count: 32)
            let count = strftime(&bytes, bytes.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            let text = String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
            last = (second, text)
            return text
        }
    }
}
