// How many files the process may have open.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The limit on open files (setrlimit, `RLIMIT_NOFILE`).
package enum FileLimit {
    /// What the process needs besides its connections: standard streams, the event loop, libraries.
    static let reserve = 64

    /// Raises the soft limit as far as needed for so many connections.
    ///
    /// - Throws: `LoadPlanError.tooManyFiles` when the hard limit does not allow it.
    static func raise(forConnections connections: Int) throws(LoadPlanError) {
        let (soft, hard) = current
        guard let wanted = try softLimit(for: connections, soft: soft, hard: hard) else { return }
        guard raise(to: wanted) >= wanted else { throw .tooManyFiles(needed: wanted, limit: soft) }
    }

    /// Raises the soft limit to so many files, or as far as the hard limit allows.
    ///
    /// - Returns: The soft limit from now on, which may have been higher already.
    package static func raise(to wanted: Int) -> Int {
        let (soft, hard) = current
        guard soft < wanted else { return soft }
        var limits = rlimit(rlim_cur: rlim_t(min(wanted, hard)), rlim_max: rlim_t(hard))
        return setrlimit(resource, &limits) == 0 ? min(wanted, hard) : soft
    }

    /// The soft limit to set; `nil` when the present one will do.
    static func softLimit(for connections: Int, soft: Int, hard: Int) throws(LoadPlanError) -> Int? {
        let needed = connections + reserve
        guard needed > soft else { return nil }
        guard needed <= hard else { throw .tooManyFiles(needed: needed, limit: hard) }
        return needed
    }

    /// The soft and the hard limit.
    static var current: (soft: Int, hard: Int) {
        var limits = rlimit()
        guard getrlimit(resource, &limits) == 0 else { return (0, 0) }
        return (Int(clamping: limits.rlim_cur), Int(clamping: limits.rlim_max))
    }

    #if canImport(Glibc)
        private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        private static let resource = CInt(RLIMIT_NOFILE)
    #endif
}
