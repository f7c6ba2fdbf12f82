// What a program may use of the machine.

import LeveeCore

/// Limits that the kernel keeps (setrlimit(2)), for the program and for each process that it starts.
public struct ProgramLimits: Sendable, Equatable {
    /// What sets them: prlimit(1) of util-linux.
    public static let tool = "prlimit"

    /// The most bytes of memory, as address space (`RLIMIT_AS`): beyond that the program's allocations fail. `nil` for no
    /// limit.
    public var memoryBytes: Int?
    /// How much processor time it may use, in whole seconds (`RLIMIT_CPU`); then it gets `SIGXCPU`, and is killed if it goes on
    /// for as long as its grace. `nil` for no limit.
    public var cpuTime: Duration?

    /// Creates limits; see the properties.
    public init(memoryBytes: Int? = nil, cpuTime: Duration? = nil) {
        self.memoryBytes = memoryBytes
        self.cpuTime = cpuTime
    }

    /// Whether there are none.
    public var isEmpty: Bool { memoryBytes == nil && cpuTime == nil }

    /// What prlimit(1) is called with to become a program.
    ///
    /// - Parameters:
    ///   - program: The path of the program.
    ///   - arguments: Its arguments, without its name.
    ///   - grace: How long it has to end when its processor time is used up.
    /// - Returns: The words, the tool's own name first.
    func words(program: String, arguments: [String], grace: Duration) -> [String] {
        var words = [Self.tool]
        if let memoryBytes { words.append("--as=\(memoryBytes)") }
        if let cpuTime {
            let seconds = max(cpuTime.components.seconds, 1)
            words.append("--cpu=\(seconds):\(seconds + max(grace.components.seconds, 1))")
        }
        return words + ["--", program] + arguments
    }
}
