// A worker binary as small as can be, for tests: offers the guard, and runs one program again and again as a job.

import Glibc
import LeveeCore
import LeveeHandlers
import LeveeWorker
import Logging

// `guard ...` becomes a guard.
ProcessGuard.runIfRequested()

// `host <times> <program> <arguments>` runs a program as a job, then prints what came of it, and what was left behind:
// the outcome, the number of new descriptors, the number of zombies, and the most memory held, in KiB.
let words = CommandLine.arguments.dropFirst(3)
guard CommandLine.arguments.dropFirst().first == "host", let times = Int(CommandLine.arguments[2]),
    let program = words.first
else { throw JobFailure(code: "usage", detail: "guard-fixture host <times> <program> <arguments>") }

func entries(of directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        names.append(
            withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        )
    }
    return names
}

/// The most memory that this program has held, in KiB. What getrusage(2) tells begins with that of the process before.
func peakMemory() -> Int {
    let descriptor = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = read(descriptor, &buffer, buffer.count)
    let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) } ?? 0
}

func zombies() -> Int {
    var count = 0
    var information = siginfo_t()
    // Takes no leave of them: only looks.
    while waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT) == 0, information._sifields._kill.si_pid != 0 {
        count += 1
        waitpid(information._sifields._kill.si_pid, nil, WNOHANG)
        information = siginfo_t()
    }
    return count
}

let payload = Content(mediaType: "text/plain", bytes: Array("x".utf8))
let handler = ExecHandler(ExecConfiguration(program: program, arguments: Array(words.dropFirst())))
let job = LeasedJob(
    lease: Lease(id: JobID(trusted: "00fixture"), fence: 1),
    type: "fixture",
    queue: "default",
    priority: .normal,
    attempt: 1,
    maxAttempts: 1,
    payload: payload,
    createdAt: Timestamp(milliseconds: 0),
    runsAlone: false
)
var outcome = "ok"
var filesBefore = 0
for run in 1...times where outcome == "ok" {
    let context = JobContext(job: job, deadline: .now + .seconds(60), logger: Logger(label: "fixture"))
    do {
        _ = try await handler.handle(job, payload: payload, context: context)
    } catch let failure as JobFailure {
        outcome = failure.code
    }
    if run == 1 { filesBefore = entries(of: "/proc/self/fd").count }
}
let newFiles = entries(of: "/proc/self/fd").count - filesBefore
print(outcome, newFiles, zombies(), peakMemory())
