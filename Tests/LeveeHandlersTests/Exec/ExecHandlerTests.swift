// Real programs as handlers: what goes in, what comes out, and every way to end.

import LeveeCore
import LeveeHandlers
import LeveeTestSupport
import LeveeWorker
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#endif

@Suite(.timeLimit(.minutes(2)))
struct ExecHandlerTests {
    private func shell(_ script: String, limit: Int = 8 << 20, environment: [String: String] = [:]) -> ExecHandler {
        ExecHandler(
            ExecConfiguration(
                program: "/bin/sh",
                arguments: ["-c", script],
                environment: environment,
                maxOutputBytes: limit,
                guardExecutable: guardFixture
            )
        )
    }

    private func text(_ result: JobResult) -> String { String(decoding: result.content.bytes, as: UTF8.self) }

    @Test("arbitrary bytes go through a program unchanged, and the result has the configured type")
    func binaryRoundTrip() async throws {
        let bytes = (0..<(256 << 10)).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 7) }
        let handler = ExecHandler(
            ExecConfiguration(program: "cat", resultMediaType: "image/png", guardExecutable: guardFixture)
        )
        let result = try await handler.attempt(Content(mediaType: "application/octet-stream", bytes: bytes))
        #expect(result == JobResult(content: Content(mediaType: "image/png", bytes: bytes)))
    }

    @Test("an empty payload is an empty standard input")
    func emptyPayload() async throws {
        #expect(text(try await shell("wc -c").attempt("")) == "0\n")
    }

    @Test(
        "a program need not read its standard input",
        arguments: ["echo done", "exec <&-; sleep 0.2; echo done", "head -c 10 >/dev/null; echo done"]
    )
    func ignoredInput(script: String) async throws {
        let payload = Content(mediaType: "text/plain", bytes: [UInt8](repeating: 120, count: 1 << 20))
        #expect(text(try await shell(script).attempt(payload)) == "done\n")
    }

    @Test("the program learns of the attempt from its environment")
    func environment() async throws {
        let handler = shell(
            "env | grep -e ^LEVEE_ -e ^COLOR= | grep -v -e ^LEVEE_EVENTS= -e ^LEVEE_RESULTS= | sort",
            environment: ["COLOR": "blue"]
        )
        let result = try await handler.attempt(Content(mediaType: "text/csv", bytes: []))
        #expect(
            text(result) == """
                COLOR=blue
                LEVEE_ATTEMPT=1
                LEVEE_CONTENT_TYPE=text/csv
                LEVEE_FENCE=7
                LEVEE_JOB_ID=00abcdefghjkmnpqrstvwxyz0123
                LEVEE_JOB_TYPE=test
                LEVEE_MAX_ATTEMPTS=3

                """
        )
    }

    @Test("the program finds the span of the attempt, and none that is not its own")
    func trace() async throws {
        let handler = shell(#"echo "${TRACEPARENT-none} ${TRACESTATE-none}""#, environment: ["TRACEPARENT": "00-1"])
        let payload = Content(mediaType: "text/plain", bytes: [])
        #expect(text(try await handler.attempt(payload)) == "none none\n")
        let trace = try #require(TraceContext(traceparent: TraceContext().traceparent, tracestate: "a=1"))
        #expect(text(try await handler.attempt(payload, trace: trace)) == "\(trace.traceparent) a=1\n")
    }

    @Test("no signal is blocked or ignored for the program, and it has only its three streams")
    func cleanStart() async throws {
        let signals = text(try await shell("exec grep -e SigBlk -e SigIgn /proc/self/status").attempt(""))
        for line in signals.split(separator: "\n") {
            let mask = try #require(UInt64(line.drop { $0 != "\t" }.dropFirst(), radix: 16))
            // 32 and 33 belong to the C library.
            #expect(mask & ~0x1_8000_0000 == 0, "\(line)")
        }
        #expect(signals.split(separator: "\n").count == 2)
        #expect(text(try await shell("ls /proc/$$/fd").attempt("")) == "0\n1\n2\n")
    }

    @Test("a program runs where it is told, from a path that starts there")
    func workingDirectory() async throws {
        try await withTemporaryDirectory { directory in
            try "#!/bin/sh\npwd\n".write(toFile: "\(directory)/here", atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(directory)/here")
            let configuration = ExecConfiguration(
                program: "./here",
                workingDirectory: directory,
                guardExecutable: guardFixture
            )
            #expect(text(try await ExecHandler(configuration).attempt("")) == "\(directory)\n")
        }
    }

    @Test("any status but 0, 65 and 75 is a failure whose words are the end of standard error")
    func exitStatus() async throws {
        let failure = try await shell("printf 'no \\033such\\r thing\\n' >&2; exit 3").failure()
        #expect(failure == JobFailure(code: "exit-status", detail: "exit status 3: no such thing"))
        let silent = try await shell("exit 126").failure()
        #expect(silent == JobFailure(code: "exit-status", detail: "exit status 126, nothing on standard error"))
    }

    @Test("65 fails the job for good")
    func invalidInput() async throws {
        let failure = try await shell("echo no picture >&2; exit 65").failure()
        let detail = "exit status 65 (the input is wrong): no picture"
        #expect(failure == JobFailure(code: "invalid-input", detail: detail, disposition: .final))
    }

    @Test(
        "the last line of standard error may say when to try again",
        arguments: [
            ("echo busy >&2; echo Retry-After: 30 >&2; exit 75", JobFailure.Disposition.throttle(after: .seconds(30))),
            ("echo retry-after:5 >&2; exit 1", .retry(after: .seconds(5))),
            ("echo Retry-After: 5 >&2; echo no >&2; exit 1", .retry(after: nil)),
            ("echo Retry-After: soon >&2; exit 75", .throttle(after: nil)),
            ("echo Retry-After: -1 >&2; exit 1", .retry(after: nil)),
            ("echo Retry-After: 5 >&2; exit 65", .final),
        ]
    )
    func retryAfter(script: String, disposition: JobFailure.Disposition) async throws {
        #expect(try await shell(script).failure().disposition == disposition)
    }

    @Test("75 puts the job off")
    func tryAgain() async throws {
        let failure = try await shell("echo busy >&2; exit 75").failure()
        #expect(failure.code == "try-again")
        #expect(failure.detail == "exit status 75 (try again later): busy")
        #expect(failure.disposition == .throttle(after: nil))
    }

    @Test("death by a signal is told by its name")
    func signal() async throws {
        for (name, number) in [("KILL", "9 (SIGKILL)"), ("SEGV", "11 (SIGSEGV)"), ("TERM", "15 (SIGTERM)")] {
            let failure = try await shell("kill -\(name) $$").failure()
            #expect(failure.code == "signal")
            #expect(failure.detail == "ended by signal \(number), nothing on standard error")
        }
    }

    @Test("a program that prints without end is killed at the limit")
    func outputTooLarge() async throws {
        let failure = try await shell("head -c 100000000 /dev/zero; sleep 300", limit: 1 << 20).failure()
        #expect(failure.code == "output-too-large")
        #expect(failure.disposition == .final)
        #expect(failure.detail.contains("1048576 bytes"))
    }

    @Test("what a program prints beyond the limit costs the worker no memory")
    func outputCostsNoMemory() async throws {
        let small = try await HostRun(times: 1, program: "/usr/bin/head", "-c", "1000000", "/dev/zero")
        let endless = try await HostRun(times: 1, program: "/usr/bin/head", "-c", "100000000", "/dev/zero")
        #expect(small.outcome == "ok")
        #expect(endless.outcome == "output-too-large")
        #expect(endless.peakMemory - small.peakMemory < 50_000_000)
    }

    @Test("output of exactly the limit is taken")
    func outputAtLimit() async throws {
        let result = try await shell("head -c 100000 /dev/zero", limit: 100_000).attempt("")
        #expect(result.content.bytes.count == 100_000)
    }

    @Test("a program that is not there, is no program, or cannot be started ends the job with its path")
    func missing() async throws {
        try await withTemporaryDirectory { directory in
            try "plain".write(toFile: "\(directory)/plain", atomically: true, encoding: .utf8)
            try "#!/nowhere/shell\n".write(toFile: "\(directory)/orphan", atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\(directory)/plain")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(directory)/orphan")
            let cases = [
                ("\(directory)/absent", "\(directory)/absent is not there"),
                ("\(directory)/plain", "\(directory)/plain is not executable"),
                ("\(directory)/orphan", "\(directory)/orphan cannot be started"),
                (directory, "\(directory) is not executable"),
                ("no-such-program", "no program no-such-program is in the directories"),
            ]
            for (program, words) in cases {
                let configuration = ExecConfiguration(program: program, guardExecutable: guardFixture)
                let failure = try await ExecHandler(configuration).failure()
                #expect(failure.code == "program-missing")
                #expect(failure.disposition == .final)
                #expect(failure.detail.contains(words), "\(failure.detail)")
            }
            let lost = ExecConfiguration(
                program: "cat",
                workingDirectory: "\(directory)/absent",
                guardExecutable: guardFixture
            )
            #expect(try await ExecHandler(lost).failure().detail.contains("working directory \(directory)/absent"))
        }
    }

    @Test("two hundred runs leave no descriptor and no child behind")
    func leaks() async throws {
        let run = try await HostRun(times: 200, program: "/bin/cat")
        #expect(run.outcome == "ok")
        #expect(run.newFiles == 0)
        #expect(run.zombies == 0)
    }
}
