// What a person sees who looks at what a process writes.

import Foundation

/// The terminal at a file descriptor.
enum Terminal {
    /// Whether there is one that knows control sequences: that rewrites lines and has colours.
    static func isCapable(_ descriptor: CInt, environment: [String: String]) -> Bool {
        !["", "dumb"].contains(environment["TERM"] ?? "") && isatty(descriptor) == 1
    }
}
