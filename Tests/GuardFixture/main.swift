// A worker binary as small as can be, for tests: offers the guard, and runs one program that the test then orphans.

import LeveeCore
import LeveeHandlers
import LeveeWorker
import Logging

// `guard ...` becomes a guard; `host <program> <arguments>` runs a program as a job.
ProcessGuard.runIfRequested()
let words = CommandLine.arguments.dropFirst(2)
guard CommandLine.arguments.dropFirst().first == "host", let program = words.first else {
    throw JobFailure(code: "usage", detail: "guard-fixture host <program> <arguments>")
}
let handler = ExecHandler(ExecConfiguration(program: program, arguments: Array(words.dropFirst())))
let job = LeasedJob(
    lease: Lease(id: JobID(trusted: "00fixture"), fence: 1),
    type: "fixture",
    queue: "default",
    priority: .normal,
    attempt: 1,
    maxAttempts: 1,
    payload: Content(mediaType: "text/plain", bytes: []),
    createdAt: Timestamp(milliseconds: 0),
    runsAlone: false
)
let context = JobContext(job: job, deadline: .now + .seconds(60), logger: Logger(label: "fixture"))
_ = try await handler.handle(job, payload: Content(mediaType: "text/plain", bytes: []), context: context)
