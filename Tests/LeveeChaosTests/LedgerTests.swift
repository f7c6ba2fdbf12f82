// Ledgers: what is written is read, and a torn end does no harm.

import Foundation
import LeveeLedger
import Testing

@Suite struct LedgerTests {
    private static let entries = [
        Entry(at: 1, .submitting(label: "job-1", terms: JobTerms(type: "quick", failures: 1, delay: 2, key: "k"))),
        Entry(at: 2, .accepted(label: "job-1", id: "a\n\"b", sent: 1)),
        Entry(
            at: 3,
            .observed(Observation(id: "a", door: "frontend-1/jobs", sent: 2, status: 202, state: "queued", version: 1))
        ),
        Entry(
            at: 4,
            .fetched(Fetch(id: "a", door: "frontend-2/resources", sent: 3, status: 200, digest: "0", fence: nil))
        ),
        Entry(at: 5, .exited(name: "worker-1", pid: 7, status: nil, signal: 9, isWanted: true)),
        Entry(at: 6, .drained),
    ]

    @Test("What is written is read")
    func roundTrip() throws {
        try withFile { path in
            let writer = try LedgerWriter(path: path)
            for entry in Self.entries { try writer.write(line: entry) }
            let ledger = try Ledger<Entry>(path: path)
            #expect(ledger.lines == Self.entries)
            #expect(!ledger.isTorn)
        }
    }

    @Test("A torn last line is left out, wherever it was torn")
    func tornEnd() throws {
        try withFile { path in
            let writer = try LedgerWriter(path: path)
            for entry in Self.entries { try writer.write(line: entry) }
            let bytes = try #require(FileManager.default.contents(atPath: path))
            let last = try #require(bytes.dropLast().lastIndex(of: 0x0A))
            for end in last + 2..<bytes.count {
                let ledger = try Ledger<Entry>(bytes[..<end])
                #expect(ledger.lines == Self.entries.dropLast())
                #expect(ledger.isTorn)
            }
        }
    }

    @Test("A line in the middle that makes no sense is an error that names it")
    func brokenMiddle() throws {
        let error = #expect(throws: LedgerFailure.self) { try Ledger<Entry>(Data("{}\n{}\n".utf8)) }
        #expect(error?.description.contains("line 1") == true)
    }

    @Test("The lines of many writers do not mix")
    func manyWriters() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            for writer in 0..<8 {
                group.addTask {
                    let ledger = try LedgerWriter(path: path)
                    for count in 0..<200 {
                        try ledger.write(.fault(kind: "\(writer) \(count)", target: "", detail: ""))
                    }
                }
            }
            try await group.waitForAll()
            #expect(try Ledger<Entry>(path: path).lines.count == 8 * 200)
        }
    }

    private func withFile(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }
}
