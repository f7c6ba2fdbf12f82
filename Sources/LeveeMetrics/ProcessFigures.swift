// What the system says of this process, by the names that all client libraries of Prometheus use.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Processor time, and on Linux also memory, open files and age of this process.
public struct ProcessFigures: Sendable {
    /// User and system time, in seconds.
    public let processorSeconds: Double
    /// Bytes of memory; `nil` where `/proc` does not tell.
    public let residentBytes: Double?
    /// Bytes of address space.
    public let virtualBytes: Double?
    /// Open file descriptors.
    public let openFiles: Double?
    /// How many there may be.
    public let maxFiles: Double?
    /// When the process began, in seconds since 1970.
    public let startTime: Double?

    /// Reads them.
    public init() {
        processorSeconds = Self.processorTime()
        let pages = Self.contents(of: "/proc/self/statm")?.split(separator: " ").compactMap { Double($0) } ?? []
        let pageSize = Double(sysconf(CInt(_SC_PAGESIZE)))
        virtualBytes = pages.first.map { $0 * pageSize }
        residentBytes = pages.dropFirst().first.map { $0 * pageSize }
        openFiles = Self.openFileCount()
        maxFiles = Self.contents(of: "/proc/self/limits")?.split(separator: "\n")
            .first { $0.hasPrefix("Max open files") }
            .flatMap { Double($0.split(separator: " ")[3]) }
        startTime = Self.began
    }

    /// The figures in the text format of Prometheus.
    public var text: String {
        var text = MetricsText()
        text.counter(
            "process_cpu_seconds_total",
            "User and system processor time of this process.",
            [([:], processorSeconds)]
        )
        func gauge(_ name: String, _ help: String, _ value: Double?) {
            if let value { text.gauge(name, help, [([:], value)]) }
        }
        gauge("process_resident_memory_bytes", "Memory of this process.", residentBytes)
        gauge("process_virtual_memory_bytes", "Address space of this process.", virtualBytes)
        gauge("process_open_fds", "Files and connections that this process has open.", openFiles)
        gauge("process_max_fds", "How many this process may have open.", maxFiles)
        gauge("process_start_time_seconds", "When this process began, in seconds since 1970.", startTime)
        return text.text
    }

    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// When the process began: so many ticks after the machine did (proc(5), `/proc/pid/stat` field 22).
    private static let began: Double? = {
        // The name of the program stands in parentheses, and may hold anything.
        guard let stat = contents(of: "/proc/self/stat"), let name = stat.lastIndex(of: ")"),
            let boot = booted
        else { return nil }
        let fields = stat[name...].split(separator: " ")
        guard fields.count > 20, let ticks = Double(fields[20]) else { return nil }
        return boot + ticks / Double(sysconf(CInt(_SC_CLK_TCK)))
    }()

    /// When the machine began; `/proc/stat` would say it too, but not where a sandbox shows processes only.
    private static var booted: Double? {
        #if os(Linux)
            var (now, up) = (timespec(), timespec())
            guard clock_gettime(CLOCK_REALTIME, &now) == 0, clock_gettime(CLOCK_BOOTTIME, &up) == 0 else { return nil }
            return Double(now.tv_sec - up.tv_sec) + Double(now.tv_nsec - up.tv_nsec) / 1e9
        #else
            return nil
        #endif
    }

    private static func openFileCount() -> Double? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Two names for folders, and the folder that is being read.
        return Double(count - 3)
    }

    private static func contents(of path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(file, &piece, piece.count)
            guard count > 0 else { break }
            bytes += piece[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
