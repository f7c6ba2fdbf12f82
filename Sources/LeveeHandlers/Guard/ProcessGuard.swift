// Sees to it that no program outlives its worker, not even one that was killed.

import LeveeCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A small process between a worker and each program that it runs.
///
/// The worker starts `<guard executable> guard <worker> <pipe> <program> -- <words>`, by default its own binary again, in
/// a process group of its own. The guard opens the reading end of a pipe whose only writer is the worker, starts the
/// program, and passes on how it ends. When the pipe closes, because the worker is gone for whatever reason, the guard
/// kills the program and everything that it has started. If the worker is gone before, the program is not started.
///
/// The guard adopts processes that the program leaves behind or that leave their process group (it is a child subreaper,
/// see `PR_SET_CHILD_SUBREAPER` in prctl(2)); they are killed when the program has ended. Only a guard that is itself
/// killed with `SIGKILL`, alone, leaves its program behind.
///
/// A binary that runs an ``ExecHandler`` must offer the guard: it calls ``runIfRequested(arguments:)`` before anything
/// else.
public enum ProcessGuard {
    /// The binary of this process, also when it has been replaced on disk.
    public static let ownExecutable = "/proc/self/exe"

    /// The first argument that asks a binary to be a guard.
    public static let command = "guard"

    /// The status with which a guard ends that could not start the program; its standard error then begins with
    /// ``complaint``.
    static let cannotStartStatus: CInt = 126
    static let complaint = "levee guard: "

    private static let isOffered = Atomic(false)

    /// Becomes a guard if the arguments ask for it, and then does not return; otherwise returns at once.
    ///
    /// - Parameter arguments: The arguments of the process, its name first.
    public static func runIfRequested(arguments: [String] = CommandLine.arguments) {
        isOffered.store(true, ordering: .relaxed)
        guard arguments.dropFirst().first == command else { return }
        GuardProcess.run(Array(arguments.dropFirst(2)))
    }

    /// Makes the process fit to start guards.
    static func prepare() {
        // Writing to a program that has closed its standard input is an error to be looked at, not the end of the worker.
        _ = signal(SIGPIPE, SIG_IGN)
        _ = Lifeline.shared
    }

    /// The arguments after the guard's name that make it start a program.
    ///
    /// - Parameters:
    ///   - program: The path of the program.
    ///   - words: What the program finds as its arguments, its name first.
    ///   - executable: The binary that is to be the guard.
    /// - Returns: The arguments.
    /// - Throws: `JobFailure` if this process cannot have programs guarded.
    static func arguments(program: String, words: [String], executable: String) throws(JobFailure) -> [String] {
        // A binary that does not know the word would start as what it is: a worker that starts workers.
        guard executable != ownExecutable || isOffered.load(ordering: .relaxed) else {
            throw JobFailure(
                code: JobFailure.startFailedCode,
                detail: "this worker cannot guard programs: its main function must first of all call "
                    + "ProcessGuard.runIfRequested()",
                disposition: .final
            )
        }
        guard let lifeline = Lifeline.shared else {
            throw JobFailure(
                code: JobFailure.startFailedCode,
                detail: "the worker could not open a pipe when it started; raise its limit of open files",
                disposition: .throttle(after: nil)
            )
        }
        return [command, "\(getpid())", "\(lifeline.readEnd)", program, "--"] + words
    }
}
