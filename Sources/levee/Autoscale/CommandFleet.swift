// A fleet that a command moves: the script of the local cluster, or any other.

import LeveeCore
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// Scales by running a command, once for each number.
///
/// The command runs in a session of its own, so that Ctrl-C at the autoscaler's terminal does not end it halfway. It finds
/// nothing on standard input; what it says on standard error explains a failure. It has succeeded when it ends with exit
/// status 0. What it leaves running must not hold on to its standard error: nobody reads that any more.
struct CommandFleet: FleetControl {
    /// What is run.
    enum Command: Sendable, Equatable {
        /// A line for `/bin/sh`, in which ``placeholder`` stands for the number.
        case shell(String)
        /// A program, called with `scale` and the number.
        case program(path: String)

        /// What stands for the number of workers.
        static let placeholder = "{n}"
    }

    private enum Ending: Sendable {
        case ended(TerminationStatus, said: String)
        case notStarted(String)
        case timeIsOver
    }

    /// What is run.
    let command: Command
    /// How long it may take before it is ended.
    var timeLimit = Duration.seconds(120)

    func scale(to workers: Int) async throws(FleetControlError) {
        let ending = await withTaskGroup(of: Ending.self) { group in
            group.addTask { await run(for: workers) }
            group.addTask {
                try? await Task.sleep(for: timeLimit)
                return .timeIsOver
            }
            let first = await group.next() ?? .timeIsOver
            group.cancelAll()
            // Canceling ends the command; if it has succeeded in that moment it has succeeded.
            guard case .timeIsOver = first, let last = await group.next() else { return first }
            if case .ended(.exited(0), _) = last { return last }
            return first
        }
        switch ending {
        case .ended(.exited(0), _): return
        case .ended(.exited(let status), let said): throw failure("ended with exit status \(status)", said)
        case .ended(.signaled(let signal), let said): throw failure("was ended by signal \(signal)", said)
        case .notStarted(let reason): throw FleetControlError("\(name) cannot be started: \(reason)")
        case .timeIsOver where Task.isCancelled: throw FleetControlError("\(name) was ended before it was done")
        case .timeIsOver: throw FleetControlError("\(name) took longer than \(DurationText.text(timeLimit)): ended")
        }
    }

    private func run(for workers: Int) async -> Ending {
        do {
            let result = try await Subprocess.run(
                configuration(for: workers),
                input: .none,
                output: .discarded,
                error: .sequence
            ) { execution in
                var tail = OutputTail()
                for try await buffer in execution.standardError {
                    buffer.withUnsafeBytes { tail.append($0) }
                }
                return tail.line
            }
            return .ended(result.terminationStatus, said: result.closureResult)
        } catch {
            return .notStarted("\(error)")
        }
    }

    private func configuration(for workers: Int) -> Subprocess.Configuration {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(5)),
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1)),
        ]
        switch command {
        case .shell(let line):
            let line = line.replacing(Command.placeholder, with: "\(workers)")
            return Subprocess.Configuration(
                executable: .path("/bin/sh"),
                arguments: ["-c", line],
                platformOptions: options
            )
        case .program(let path):
            return Subprocess.Configuration(
                executable: .path(.init(path)),
                arguments: ["scale", "\(workers)"],
                platformOptions: options
            )
        }
    }

    private var name: String {
        switch command {
        case .shell: "the command"
        case .program(let path): LineText.escaped(path)
        }
    }

    private func failure(_ end: String, _ said: String) -> FleetControlError {
        FleetControlError(said.isEmpty ? "\(name) \(end)" : "\(name) \(end): \(said)")
    }
}
