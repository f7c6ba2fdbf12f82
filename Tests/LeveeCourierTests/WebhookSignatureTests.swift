// Signatures of webhooks, by the vector of Standard Webhooks.

import LeveeCore
import Testing

@testable import LeveeCourier

@Suite struct WebhookSignatureTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let body = Array(#"{"test": 2432232314}"#.utf8)

    private func fields(_ secrets: [String]) throws -> WebhookFields {
        WebhookFields(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp: 1_614_265_330,
            body: Self.body,
            secrets: try secrets.map { try #require(WebhookSecret($0)) }
        )
    }

    @Test func theVectorHolds() throws {
        #expect(try fields([Self.secret]).signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func severalSecretsGiveSeveralSignatures() throws {
        let other = "whsec_" + "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
        let signature = try #require(try fields([other, Self.secret]).signature)
        let parts = signature.split(separator: " ")
        #expect(parts.count == 2)
        #expect(parts.last == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        #expect(parts.first?.hasPrefix("v1,") == true)
        #expect(try fields([]).signature == nil)
    }

    @Test(arguments: ["", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64 at all!"])
    func whatIsNoSecretIsRefused(_ text: String) {
        #expect(WebhookSecret(text) == nil)
    }

    @Test func answersMeanWhatTheyShould() {
        #expect(WebhookAnswer(status: 204, retryAfter: nil) == .delivered)
        #expect(WebhookAnswer(status: 410, retryAfter: "1") == .never(reason: "the receiver answered 410 Gone"))
        #expect(
            WebhookAnswer(status: 429, retryAfter: "30")
                == .later(after: .seconds(30), reason: "the receiver answered 429")
        )
        #expect(
            WebhookAnswer(status: 503, retryAfter: "soon") == .later(after: nil, reason: "the receiver answered 503")
        )
        #expect(WebhookAnswer(status: 500, retryAfter: "30") == .later(after: nil, reason: "the receiver answered 500"))
        guard case .later(nil, let reason) = WebhookAnswer(status: 302, retryAfter: nil) else {
            Issue.record("a redirect is taken for an answer")
            return
        }
        #expect(reason.contains("redirects are not followed"))
    }
}
