// Files that programs leave as their result.

import LeveeCore
import LeveeTestSupport
import LeveeWorker
import Testing

@testable import LeveeHandlers

@Suite("Files of programs", .timeLimit(.minutes(2)))
struct ResultFilesTests {
    private func shell(_ script: String, limit: Int = 8 << 20) -> ExecHandler {
        ExecHandler(
            ExecConfiguration(
                program: "/bin/sh",
                arguments: ["-c", "cd \"$LEVEE_RESULTS\" && \(script)"],
                resultMediaType: "text/css",
                maxOutputBytes: limit,
                guardExecutable: guardFixture
            )
        )
    }

    @Test("are the result: a single one as it is, with the media type of its name")
    func single() async throws {
        let result = try await shell("printf abc > a.png").attempt("")
        #expect(result == JobResult(content: Content(mediaType: "image/png", bytes: Array("abc".utf8))))
    }

    @Test("are one body if they are several, in the order of their names")
    func several() async throws {
        let script = "printf b > 'b 2.txt'; : > c; head -c 600000 /dev/zero > a.csv; : > .hidden"
        let content = try await shell(script).attempt("").content
        var reader = try #require(MultipartReader(mediaType: content.mediaType))
        var parts: [FilePart] = []
        var lengths: [Int] = []
        for event in try reader.read(content.bytes) {
            switch event {
            case .part(let part):
                parts.append(part)
                lengths.append(0)
            case .bytes(let bytes): lengths[lengths.count - 1] += bytes.count
            case .end: break
            }
        }
        #expect(
            parts == [
                FilePart(name: ".hidden", mediaType: "application/octet-stream", length: 0),
                FilePart(name: "a.csv", mediaType: "text/csv", length: 600_000),
                FilePart(name: "b 2.txt", mediaType: "text/plain", length: 1),
                FilePart(name: "c", mediaType: "application/octet-stream", length: 0),
            ]
        )
        #expect(lengths == parts.map(\.length))
    }

    @Test("do not count if there are none")
    func none() async throws {
        let result = try await shell("printf abc").attempt("")
        #expect(result == JobResult(content: Content(mediaType: "text/css", bytes: Array("abc".utf8))))
    }

    @Test(
        "that cannot be a result fail the job for good",
        arguments: [
            ("mkdir a", JobFailure.invalidResultCode), ("ln -s /etc/passwd a", JobFailure.invalidResultCode),
            ("mkfifo a", JobFailure.invalidResultCode), (": > 'a\"b'", JobFailure.invalidResultCode),
            (": > a; echo b", JobFailure.invalidResultCode),
            ("head -c 1001 /dev/zero > a", JobFailure.outputTooLargeCode),
            ("i=0; while [ $i -lt 1001 ]; do : > $i; i=$((i + 1)); done", JobFailure.invalidResultCode),
        ]
    )
    func refused(script: String, code: String) async throws {
        let failure = try await shell(script, limit: 1_000).failure()
        #expect(failure.code == code)
        #expect(failure.disposition == .final)
        #expect(failure.detail.contains("LEVEE_RESULTS"))
    }

    @Test("of a program that failed are nobody's business")
    func failed() async throws {
        #expect(try await shell("mkdir a; exit 1").failure().code == JobFailure.exitStatusCode)
    }
}
