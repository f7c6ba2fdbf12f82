// Which program runs the jobs of a type, and how.

/// The settings of an ``ExecHandler``.
public struct ExecConfiguration: Sendable, Equatable {
    /// The program: a path, or a name to be looked up in the directories of `PATH`. No shell is involved.
    public var program: String
    /// The arguments after the program's name.
    public var arguments: [String]
    /// Variables that the program finds in its environment, over those of the worker.
    public var environment: [String: String]
    /// Where the program runs; `nil` for where the worker does. A relative path to the program starts here.
    public var workingDirectory: String?
    /// The media type of what the program writes.
    public var resultMediaType: String
    /// The most bytes that the program may write to its standard output.
    public var maxOutputBytes: Int
    /// How long a program that was asked to end (`SIGTERM`) has until it is killed (`SIGKILL`).
    public var stopGrace: Duration
    /// What the program may use of the machine.
    public var limits: ProgramLimits
    /// The binary that guards the program; see ``ProcessGuard``.
    public var guardExecutable: String

    /// Creates a configuration; see the properties.
    ///
    /// - Parameters:
    ///   - program: The program: a path, or a name.
    ///   - arguments: The arguments after the program's name.
    ///   - environment: Variables over those of the worker.
    ///   - workingDirectory: Where the program runs.
    ///   - resultMediaType: The media type of what the program writes.
    ///   - maxOutputBytes: The most bytes that the program may write.
    ///   - stopGrace: How long a program that was asked to end has.
    ///   - limits: What the program may use of the machine.
    ///   - guardExecutable: The binary that guards the program.
    public init(
        program: String,
        arguments: [String] = [],
        environment: [String: String] = [:],
        workingDirectory: String? = nil,
        resultMediaType: String = "application/octet-stream",
        maxOutputBytes: Int = 8 << 20,
        stopGrace: Duration = .seconds(5),
        limits: ProgramLimits = ProgramLimits(),
        guardExecutable: String = ProcessGuard.ownExecutable
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.resultMediaType = resultMediaType
        self.maxOutputBytes = maxOutputBytes
        self.stopGrace = stopGrace
        self.limits = limits
        self.guardExecutable = guardExecutable
    }
}
