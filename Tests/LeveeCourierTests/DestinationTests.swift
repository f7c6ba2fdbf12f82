// Lists, dead letters and jobs that follow jobs.

import Foundation
import LeveeBlobs
import LeveeCore
import LeveeTestSupport
import LeveeTesting
import Testing

@testable import LeveeCourier

@Suite struct DestinationTests {
    private func message(_ list: String, _ store: InMemoryStore) async throws -> [String: Any] {
        try await eventually("a message in \(list)") {
            try await store.messageLists().contains { $0.name == list && $0.messages > 0 }
        }
        let messages = try await store.messages(in: list, limit: 9, hiding: .zero)
        #expect(messages.count == 1)
        return try #require(try JSONSerialization.jsonObject(with: Data(messages[0].body)) as? [String: Any])
    }

    @Test func theRecordIsThatOfLambda() async throws {
        let store = InMemoryStore()
        let id = try await store.end([FollowUp(.success, to: .list("done"))])
        try await withCourier(on: store) {
            let record = try await message("done", store)
            #expect(record["version"] as? String == "1.0")
            let request = try #require(record["requestContext"] as? [String: Any])
            #expect(request["requestId"] as? String == id.text)
            #expect(request["functionArn"] as? String == "levee:square")
            #expect(request["condition"] as? String == "Success")
            #expect(request["approximateInvokeCount"] as? Int == 1)
            #expect(record["requestPayload"] as? [String: Int] == ["number": 12])
            #expect((record["responseContext"] as? [String: Any])?["statusCode"] as? Int == 200)
            #expect(record["responsePayload"] as? [String: Int] == ["square": 144])
        }
    }

    @Test func aFailureSaysWhyAndLeavesADeadLetter() async throws {
        let store = InMemoryStore()
        let both = [FollowUp(.failure, to: .list("failed")), FollowUp(.failure, to: .deadLetters("dead"))]
        let id = try await store.end(both, .broken)
        try await withCourier(on: store) {
            let record = try await message("failed", store)
            #expect((record["requestContext"] as? [String: Any])?["condition"] as? String == "RetriesExhausted")
            let response = try #require(record["responseContext"] as? [String: Any])
            #expect(response["functionError"] as? String == "Unhandled")
            #expect(response["statusCode"] as? Int == 422)
            #expect((record["responsePayload"] as? [String: Any])?["errorType"] as? String == "exit-status")
            let letter = try await message("dead", store)
            #expect(letter["body"] as? [String: Int] == ["number": 12])
            let attributes = try #require(letter["attributes"] as? [String: Any])
            #expect(attributes["RequestID"] as? String == id.text)
            #expect(attributes["ErrorCode"] as? Int == 422)
            let words = try #require(attributes["ErrorMessage"] as? String)
            #expect((1_023...1_024).contains(words.utf8.count))
        }
    }

    @Test func whatIsNoJSONIsTextOrBase64() async throws {
        let store = InMemoryStore()
        let bytes: [UInt8] = [0xFF, 0x00, 0xD8]
        let outcome = Settlement.Outcome.succeeded(
            JobResult(content: Content(mediaType: "text/plain", bytes: Array("\"quoted\"".utf8)))
        )
        try await store.end(
            [FollowUp(.success, to: .list("done"))],
            payload: Content(mediaType: "image/jpeg", bytes: bytes),
            outcome
        )
        try await withCourier(on: store) {
            let record = try await message("done", store)
            #expect(record["requestPayload"] as? String == Data(bytes).base64EncodedString())
            #expect(record["requestPayloadEncoding"] as? String == "base64")
            #expect(record["responsePayload"] as? String == "\"quoted\"")
        }
    }

    @Test(arguments: [100_000, 1_100_000])
    func largePayloadsStandInTheRecordUpToALimit(size: Int) async throws {
        let store = InMemoryStore()
        let payload = Content(mediaType: "text/plain", bytes: [UInt8](repeating: 0x61, count: size))
        try await store.end([FollowUp(.success, to: .list("done"))], payload: payload)
        try await withCourier(on: store) {
            let text = try await message("done", store)["requestPayload"] as? String
            #expect(text?.utf8.count == (size > EndRecord.maxContentBytes ? nil : size))
        }
    }

    @Test func ageIsToldApart() throws {
        let record = { (code: String, state: JobState) in
            var job = JobRecord(
                id: JobID(trusted: "00"),
                type: "square",
                queue: "default",
                priority: .normal,
                state: state,
                version: 3,
                maxAttempts: 3,
                ticket: 1,
                createdAt: Timestamp(milliseconds: 0),
                updatedAt: Timestamp(milliseconds: 1),
                expiresAt: Timestamp(milliseconds: 2)
            )
            job.failure = .init(code: code, detail: "", status: nil)
            return String(decoding: EndRecord(job: job, payload: nil, result: nil).invocation, as: UTF8.self)
        }
        #expect(record(JobFailure.expiredCode, .failed).contains(#""condition":"EventAgeExceeded""#))
        #expect(record(JobFailure.deadlineCode, .canceled).contains(#""condition":"EventAgeExceeded""#))
        #expect(record(JobFailure.poisonCode, .failed).contains(#""condition":"RetriesExhausted""#))
    }

    @Test func aJobFollowsOnceHoweverOftenItIsDelivered() async throws {
        let store = InMemoryStore()
        let next = JobType(name: "next", queue: "later", followUps: [FollowUp(.end, to: .list("last"))])
        let chained = configuration { $0.jobTypes = ["next": next] }
        let id = try await store.end([FollowUp(.success, to: .job("next"))], tenant: Tenant("red"))
        // A courier that has made the job and died before it could say so.
        let first = try #require(try await store.takeDeliveries(1, lease: .zero).first)
        let delivering = Delivering(
            configuration: chained,
            deliveries: store,
            submission: store,
            inspection: store,
            blobs: nil,
            sender: WebhookSender(rules: WebhookRules(), secrets: [], timeout: .seconds(1)),
            describe: { _ in [] }
        )
        #expect(try await delivering.attempt(first) == .delivered)
        try await withCourier(on: store, chained) {
            // Nothing is left to put off the forgetting of the job.
            let end = try #require(try await store.job(id)).updatedAt + JobType.defaultRetention
            try await eventually("the end of the delivery") {
                try await store.job(id).map { $0.expiresAt <= end + .seconds(86_400) } ?? true
            }
        }
        #expect(try await store.figures(of: "later").submitted == 1)
        let job = try #require(try await store.job(store.chainedID(of: DeliveryID(id, 1))))
        #expect((job.type, job.tenant) == ("next", Tenant("red")))
    }

    @Test func whatIsLargeIsReadFromBlobsAndGoesIntoOne() async throws {
        try await withTemporaryDirectory { path in
            let (store, blobs) = (InMemoryStore(), try await FolderBlobStore(path: path, threshold: 1_000))
            let text = String(repeating: "x", count: 2_000)
            let name = BlobName.payload(of: store.newID())
            let payload = try await Content(mediaType: "text/plain", bytes: Array(text.utf8)).stored(
                as: name,
                in: blobs
            )
            let id = try await store.end([FollowUp(.success, to: .job("next"))], payload: payload)
            let delivery = try #require(try await store.takeDeliveries(1, lease: .zero).first)
            let delivering = Delivering(
                configuration: configuration { $0.jobTypes = ["next": JobType(name: "next", queue: "later")] },
                deliveries: store,
                submission: store,
                inspection: store,
                blobs: blobs,
                sender: WebhookSender(rules: WebhookRules(), secrets: [], timeout: .seconds(1)),
                describe: { _ in [] }
            )
            for _ in 0..<2 { #expect(try await delivering.attempt(delivery) == .delivered) }
            let next = store.chainedID(of: DeliveryID(id, 1))
            let stored = try #require(try await store.claims(of: [next]).first?.blobs.first)
            let bytes = try await Content(mediaType: "application/json", blob: stored).loaded(from: blobs).bytes
            let record = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
            #expect(record["requestPayload"] as? String == text)

            try FileManager.default.removeItem(atPath: path)
            await #expect(throws: StoreError.self) { try await delivering.attempt(delivery) }
        }
    }

    @Test func aQueueThatIsFullIsAskedAgain() async throws {
        let store = InMemoryStore()
        let next = JobType(name: "next", queue: "later")
        let chained = configuration {
            $0.jobTypes = ["next": next]
            $0.queues = ["later": QueueRules(name: "later", maxReady: 1)]
            $0.retry.maxAttempts = 1_000
        }
        for _ in 0..<2 { try await store.end([FollowUp(.success, to: .job("next"))]) }
        try await withCourier(on: store, chained) {
            try await eventually("the first") { try await store.figures(of: "later").ready == 1 }
            let request = ClaimRequest(
                worker: "w2",
                queues: [QueueRules(name: "later")],
                limit: 1,
                lease: .seconds(60),
                isIdle: false
            )
            _ = try await store.claim(request)
            try await eventually("the second") { try await store.figures(of: "later").submitted == 2 }
        }
    }

    @Test func aTypeThatIsNotThereOrTakesNoJSONEndsTheDelivery() async throws {
        let store = InMemoryStore()
        let picky = JobType(name: "picky", accepts: ["image/png"])
        let small = JobType(name: "small", maxPayloadBytes: 10)
        for name in ["nowhere", "picky", "small"] { try await store.end([FollowUp(.success, to: .job(name))]) }
        try await withCourier(on: store, configuration { $0.jobTypes = ["picky": picky, "small": small] }) {
            try await eventually("three dead") { try await store.undelivered(after: nil, limit: 9).total == 3 }
        }
    }
}
