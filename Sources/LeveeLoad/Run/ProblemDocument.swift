// What a problem document says, as far as the generator looks at it.

import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A problem document (RFC 9457).
struct ProblemDocument: Decodable, Equatable {
    /// The status of the response, said again.
    var status: Int
    /// How a job ended that did not succeed.
    var code: String?

    /// Reads the body of a response; `nil` where it is no problem document.
    init?(_ response: Response) {
        guard response.isProblem,
            let document = try? JSONDecoder().decode(Self.self, from: Data(response.body.readableBytesView))
        else { return nil }
        self = document
    }
}
