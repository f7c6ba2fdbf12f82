// Tests of what a client may ask of one job beside its payload, and of what makes no sense.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import Testing

@testable import LeveeGateway

@Suite("Terms of a submit")
struct SubmitTermsTests {
    private static let now = Harness.start
    private static let type = JobType(name: "echo", ageLimit: .seconds(1_000), deadline: .seconds(5_000))

    private func terms(_ fields: HTTPFields, for type: JobType = Self.type) throws(Problem) -> SubmitTerms {
        try SubmitTerms(fields, for: type, at: Self.now)
    }

    @Test("are those of the type where nothing is asked for")
    func none() throws {
        let terms = try terms([:])
        #expect((terms.priority, terms.delay, terms.ageLimit) == (.normal, .zero, .seconds(1_000)))
        #expect(terms.deadline == .seconds(5_000))
    }

    @Test("are taken from the header fields, within the limits of the type")
    func fields() throws {
        let some = try terms([.priority: "High", .delay: "60", .startTimeout: "30", .cancelAfter: "90"])
        #expect((some.priority, some.delay, some.ageLimit) == (.high, .seconds(60), .seconds(30)))
        #expect(some.deadline == .seconds(90))
        let more = try terms([.startTimeout: "2000", .cancelAfter: "9000"])
        #expect((more.ageLimit, more.deadline) == (.seconds(1_000), .seconds(5_000)))
    }

    @Test("pass over what browsers say of priority", arguments: ["u=1, i", "i", "u=5"])
    func urgency(text: String) throws {
        #expect(try terms([.priority: text]).priority == .normal)
    }

    @Test(
        "understand a time in each form",
        arguments: ["Sat, 21 Nov 2026 22:44:05 GMT", "2026-11-21T22:44:05Z", "2026-11-21T23:44:05+01:00"]
    )
    func notBefore(text: String) throws {
        #expect(try terms([.notBefore: text]).delay == .milliseconds(59_877))
    }

    @Test("put the callback of the client in the place of that of the type")
    func callback() throws {
        let type = JobType(
            name: "echo",
            followUps: [FollowUp(.end, to: .callback("https://a.example/")), FollowUp(.success, to: .list("done"))]
        )
        #expect(try terms([:], for: type).followUps == type.followUps)
        #expect(
            try terms([.callbackURL: "https://b.example/x"], for: type).followUps == [
                FollowUp(.success, to: .list("done")), FollowUp(.end, to: .callback("https://b.example/x")),
            ]
        )
        let local = WebhookRules(allowed: [IPNetwork("127.0.0.0/8")].compactMap(\.self))
        let fields: HTTPFields = [.callbackURL: "http://127.0.0.1:9000/"]
        #expect(try SubmitTerms(fields, for: type, at: Self.now, webhooks: local).followUps.count == 2)
    }

    @Test("take a time that has passed for now")
    func past() throws {
        #expect(try terms([.notBefore: "2020-01-01T00:00:00.500Z"]).delay == .zero)
    }

    @Test(
        "are refused where they make no sense",
        arguments: [
            ([.priority: "urgent"], "Priority"), ([.delay: "-1"], "Delay"), ([.delay: "+1"], "Delay"),
            ([.callbackURL: "ftp://example.com/"], "Callback-Url"), ([.callbackURL: "/hook"], "Callback-Url"),
            ([.callbackURL: "http://127.0.0.1/"], "Callback-Url"),
            ([.callbackURL: "http://169.254.169.254/"], "Callback-Url"),
            ([.callbackURL: "http://[::ffff:10.0.0.1]/"], "Callback-Url"),
            ([.callbackURL: "http://2130706433/"], "Callback-Url"),
            ([.callbackURL: "http://0177.0.0.1/"], "Callback-Url"),
            ([.delay: "1.5"], "Delay"), ([.delay: "99999999999999999999"], "Delay"),
            ([.startTimeout: "0"], "Start-Timeout"),
            ([.cancelAfter: "x"], "Cancel-After"), ([.notBefore: "tomorrow"], "Not-Before"),
            ([.notBefore: "2036-11-21T22:44:05Z"], "Not-Before"),
            ([.notBefore: "2026-11-21T22:44:05Z", .delay: "1"], "Not-Before"),
            ([.delay: "60", .cancelAfter: "60"], "Delay"),
        ] as [(HTTPFields, String)]
    )
    func nonsense(fields: HTTPFields, name: String) async throws {
        let harness = Harness()
        try await harness.run { client in
            let response = try await client.send(.post, "/jobs/echo", fields, body: "x")
            #expect(response.status == .badRequest)
            #expect(try response.text("type").hasSuffix("invalid-header"))
            #expect(try response.text("header") == name)
            #expect(harness.store.lastID == nil)
        }
    }

    @Test("show in the state of the job")
    func state() async throws {
        let harness = Harness()
        try await harness.run { client in
            let response = try await client.send(.post, "/jobs/echo", [.delay: "60", .priority: "low"], body: "x")
            #expect(response.status == .accepted)
            #expect(try response.text("status") == "scheduled")
            #expect(try await harness.claim() == nil)
        }
    }
}
