// What is kept of a job beside its record, on both stores; the walks compare it after every step, too.

import LeveeCore
import LeveeTesting
import Testing

@testable import LeveeStore

@Suite struct DossierTests {
    @Test(arguments: StoreKind.allCases)
    func whatWasSubmittedIsShown(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let head = RequestHead(
                line: RequestHead.Line(method: "GET", target: "/films?id=7"),
                fields: [HeaderField("accept", "text/html")]
            )
            let followUps = [
                FollowUp(.success, to: .webhook("https://example.com/a b")), FollowUp(.end, to: .callback("https://c")),
                FollowUp(.failure, to: .deadLetters("letters")),
            ]
            let job = NewJob.sample(test.store.newID(), followUps: followUps, request: head)
            _ = try await test.store.submit(job, rules: QueueRules(name: "default"))
            #expect(
                try await test.store.dossier(of: job.id)
                    == JobDossier(
                        payloadType: "application/json",
                        payloadLength: 2,
                        request: head,
                        followUps: followUps
                    )
            )
            #expect(try await test.store.dossier(of: test.store.newID()) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases, [0, 5, 65_536, 65_537])
    func aPayloadIsReadWhereverItLies(kind: StoreKind, length: Int) async throws {
        try await withStore(kind) { test in
            let bytes = [UInt8](repeating: 7, count: length)
            let id = try await test.store.put(payload: bytes)
            let content = Content(mediaType: "application/json", bytes: bytes)
            #expect(try await test.store.storedPayload(of: id) == content)
            _ = try await test.store.cancel(id)
            #expect(try await test.store.storedPayload(of: id) == nil, "it has given it up")
            #expect(try await test.store.dossier(of: id)?.payloadLength == length)
            #expect(try await test.store.storedPayload(of: test.store.newID()) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aPayloadInTheFolderIsNamed(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var job = NewJob.sample(test.store.newID())
            let blob = Blob.sample(.payload(of: job.id), length: 12)
            job.payload = Content(mediaType: "video/mp4", blob: blob)
            _ = try await test.store.submit(job, rules: QueueRules(name: "default"))
            #expect(try await test.store.storedPayload(of: job.id) == job.payload)
            #expect(try await test.store.dossier(of: job.id)?.payloadLength == 12)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aJobAndTheOneThatWasMadeOfItNameEachOther(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let failed = try await test.store.put()
            let lease = try #require(try await test.store.claim(.by("w1")).first).lease
            _ = try await test.store.settle([.failure(lease, .final)], claiming: nil)
            let shown = try #require(try await test.store.overview().queues.first { $0.name == "default" })
            #expect(shown.dead == 1)
            let made = test.store.newID()
            _ = try await test.store.retry(failed, as: made)
            #expect(try await test.store.dossier(of: failed)?.retriedAs == made)
            #expect(try await test.store.dossier(of: made)?.retryOf == failed)
            #expect(try await test.store.overview().queues.first { $0.name == "default" }?.dead == 0)
        }
    }
}
