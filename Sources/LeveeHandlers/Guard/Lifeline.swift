// The pipe that closes when the worker dies.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A pipe that nobody writes to. The worker holds both ends open as long as it lives; guards open the reading end for
/// themselves through `/proc`, so that no descriptor has to be inherited.
struct Lifeline: Sendable {
    /// The one of this process; `nil` if it could not be opened.
    static let shared = Lifeline()

    let readEnd: CInt
    private let writeEnd: CInt

    private init?() {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        readEnd = ends[0]
        writeEnd = ends[1]
    }
}
