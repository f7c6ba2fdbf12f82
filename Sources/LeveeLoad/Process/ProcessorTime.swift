// What the generator itself costs.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Processor time of this process.
enum ProcessorTime {
    /// User and system time since the process began, in seconds (getrusage).
    static var seconds: Double {
        var usage = rusage()
        #if canImport(Glibc)
            getrusage(CInt(RUSAGE_SELF.rawValue), &usage)
        #else
            getrusage(CInt(RUSAGE_SELF), &usage)
        #endif
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) * 1e-6
    }
}
