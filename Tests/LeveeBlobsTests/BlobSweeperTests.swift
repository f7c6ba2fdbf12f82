// What is left lying in a blob folder goes, and nothing else.

import CoreMetrics
import Foundation
import LeveeCore
import LeveeMetrics
import LeveeTestSupport
import LeveeTesting
import Testing

@testable import LeveeBlobs

@Suite struct BlobSweeperTests {
    private static let age = Duration.seconds(60)

    @Test func onlyWhatNoJobNeedsIsRemoved() async throws {
        try await withBlobs(threshold: 1) { blobs, folder in
            let store = InMemoryStore()
            // A job that waits, one that has succeeded in its second attempt, one that was canceled, one that is gone.
            let waiting = try await submit(to: store, blobs)
            let succeeded = try await submit(to: store, blobs)
            let (canceled, gone) = (try await submit(to: store, blobs), try await submit(to: store, blobs))
            for fence in 1...2 { _ = try await write([1, 2, 3], .result(of: succeeded, fence: fence), to: blobs) }
            try await succeed(succeeded, fence: 2, in: store, blobs)
            _ = try await store.cancel(canceled)
            _ = try await store.cancel(gone)
            _ = try await store.remove(gone)
            let stranger = InMemoryStore(secret: [1]).newID()
            _ = try await write([1, 2, 3], .payload(of: stranger), to: blobs)
            let writers = [
                try await blobs.writer(for: .payload(of: store.newID())),
                try await blobs.writer(for: .result(of: waiting, fence: 1)),
                try await blobs.writer(for: .result(of: succeeded, fence: 1)),
            ]

            let sweeper = BlobSweeper(store: blobs, jobs: store, age: Self.age, logger: quietLogger())
            try folder.makeOlder(by: 50)
            #expect(try await sweeper.sweep() == 0)
            #expect(try await sweeper.sweep() == nil)
            try folder.makeOlder(by: 50)
            // The payload of what is gone, that of what was canceled, the overtaken result, and the one still being written.
            #expect(try await sweeper.sweep() == 4)
            let names = folder.files.compactMap { $0.split(separator: "/").last.map(String.init) }
            let published = Set(names.filter { !$0.contains("~") })
            #expect(
                published == [
                    "\(waiting).p", "\(succeeded).p", "\(succeeded).r2.0", "\(stranger).p",
                ]
            )
            #expect(names.count == published.count + 2)
            // Nobody writes to a payload for so long and goes on.
            try folder.makeOlder(by: 3 * 3_600)
            #expect(try await sweeper.sweep() == 1)
            withExtendedLifetime(writers) {}
        }
    }

    @Test func whatIsWrittenAndSweptIsCounted() async throws {
        let registry = MetricRegistry()
        try await withMetricsFactory(registry) {
            try await withBlobs(threshold: 1) { blobs, folder in
                let store = InMemoryStore()
                let job = try await submit(to: store, blobs)
                _ = try await write([1, 2, 3], .result(of: job, fence: 7), to: blobs)
                _ = try await store.cancel(job)
                _ = try await store.remove(job)
                try folder.makeOlder(by: 100)
                let sweeper = BlobSweeper(store: blobs, jobs: store, age: Self.age, logger: quietLogger())
                let swept = try await sweeper.sweep()
                #expect(registry.text.contains("levee_blobs_swept_total \(swept ?? 0)\n"))
                #expect(swept == 2)
                #expect(registry.text.contains("levee_blobs_written_total 2\n"))
            }
        }
    }

    @Test func aCopyCountsAsYoung() async throws {
        try await withBlobs(threshold: 1) { blobs, folder in
            let store = InMemoryStore()
            let old = try await submit(to: store, blobs)
            let payload = try #require(try await store.claims(of: [old]).first?.blobs.first)
            try folder.makeOlder(by: 100)
            let copy = try await blobs.copy(payload, as: .payload(of: store.newID()))
            let sweeper = BlobSweeper(store: blobs, jobs: store, age: Self.age, logger: quietLogger())
            #expect(try await sweeper.sweep() == 0)
            _ = try await blobs.reader(of: copy)
        }
    }

    @Test func anExpiredJobTakesItsFilesAlong() async throws {
        try await withBlobs(threshold: 1) { blobs, folder in
            let clock = SteppedClock()
            let store = InMemoryStore(clock: { clock.now })
            let id = try await submit(to: store, blobs)
            try folder.makeOlder(by: 100)
            let sweeper = BlobSweeper(store: blobs, jobs: store, age: Self.age, logger: quietLogger())
            #expect(try await sweeper.sweep() == 0)
            clock.advance(by: JobType.defaultAgeLimit + JobType.defaultRetention + .seconds(1))
            try folder.makeOlder(by: 100)
            #expect(try await sweeper.sweep() == 1)
            #expect(folder.files.isEmpty)
            #expect(try await store.job(id) == nil)
        }
    }

    private func submit(to store: InMemoryStore, _ blobs: FolderBlobStore) async throws -> JobID {
        let id = store.newID()
        let payload = Content(mediaType: "a/b", blob: try await write([1, 2, 3], .payload(of: id), to: blobs))
        let job = NewJob(id: id, type: "t", queue: "\(id)", payload: payload)
        guard case .accepted = try await store.submit(job, rules: QueueRules(name: job.queue)) else {
            throw BlobError.full
        }
        return id
    }

    private func succeed(_ id: JobID, fence: Int, in store: InMemoryStore, _ blobs: FolderBlobStore) async throws {
        let request = ClaimRequest(
            worker: "w",
            queues: [QueueRules(name: "\(id)")],
            limit: 1,
            lease: .seconds(60),
            isIdle: true
        )
        for attempt in 1...fence {
            let job = try #require(try await store.claim(request).first)
            guard attempt == fence else {
                try await store.release([job.lease], by: nil)
                continue
            }
            let blob = try await write([1, 2, 3], .result(of: id, fence: job.lease.fence), to: blobs)
            let result = JobResult(content: Content(mediaType: "a/b", blob: blob))
            let settlement = Settlement(lease: job.lease, outcome: .succeeded(result), busy: .zero)
            #expect(try await store.settle([settlement], claiming: nil).verdicts == [.settled])
        }
    }
}
