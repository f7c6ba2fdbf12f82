// Where a program lies, found out before anything is started, so that its absence has a clear name.

public import LeveeCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension ExecConfiguration {
    /// The path under which the program can be executed.
    ///
    /// - Throws: A final failure with the code ``JobFailure/programMissingCode`` that says what is wrong with which path.
    func programPath() throws(JobFailure) -> String {
        if let workingDirectory {
            guard Self.isDirectory(workingDirectory) else {
                throw .missing("the working directory \(workingDirectory) is not there; correct \"directory\"")
            }
        }
        if program.contains("/") {
            let path = program.hasPrefix("/") ? program : "\(workingDirectory ?? ".")/\(program)"
            guard access(path, F_OK) == 0 else {
                throw .missing("the program \(program) is not there; correct its path or install it")
            }
            guard Self.isExecutable(path) else {
                throw .missing("the program \(program) is not executable; chmod +x may help")
            }
            return program
        }
        return try Self.path(of: program, in: environment["PATH"])
    }

    /// The path of what sets the limits of the program.
    ///
    /// - Throws: A final failure with the code ``JobFailure/programMissingCode``.
    func limiterPath() throws(JobFailure) -> String {
        try Self.path(of: ProgramLimits.tool, in: nil)
    }

    private static func path(of name: String, in search: String?) throws(JobFailure) -> String {
        let directories = search ?? getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        for directory in directories.split(separator: ":") where directory.hasPrefix("/") {
            let path = "\(directory)/\(name)"
            if isExecutable(path) { return path }
        }
        throw .missing("no program \(name) is in the directories \(directories); install it or give its path")
    }

    private static func isDirectory(_ path: String) -> Bool {
        mode(of: path) == S_IFDIR
    }

    private static func isExecutable(_ path: String) -> Bool {
        mode(of: path) == S_IFREG && access(path, X_OK) == 0
    }

    private static func mode(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}

/// The codes of failures of programs.
extension JobFailure {
    /// The program is not there or cannot be executed.
    public static let programMissingCode = "program-missing"
    /// The program could not be started for want of processes, memory or files.
    public static let startFailedCode = "start-failed"
    /// The program ended with a status other than 0, 65 and 75.
    public static let exitStatusCode = "exit-status"
    /// The program ended with 65 (`EX_DATAERR` of sysexits.h): the input is wrong, and no other attempt would help.
    public static let invalidInputCode = "invalid-input"
    /// The program ended with 75 (`EX_TEMPFAIL`): try again later.
    public static let tryAgainCode = "try-again"
    /// The program used up the processor time that its type allows.
    public static let cpuTimeCode = "cpu-time"
    /// The program was ended by a signal.
    public static let signalCode = "signal"
    /// The program wrote more than its type allows.
    public static let outputTooLargeCode = "output-too-large"
    /// The pipes to the program failed.
    public static let pipeCode = "pipe"

    static func missing(_ detail: String) -> JobFailure {
        JobFailure(code: programMissingCode, detail: detail, disposition: .final)
    }
}
