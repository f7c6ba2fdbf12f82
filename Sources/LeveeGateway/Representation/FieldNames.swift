// The names of header fields that HTTPTypes does not know.

import HTTPTypes

extension HTTPField.Name {
    static let accelBuffering = known("X-Accel-Buffering")
    static let callbackURL = known("Callback-Url")
    static let cancelAfter = known("Cancel-After")
    static let delay = known("Delay")
    static let fetchDestination = known("Sec-Fetch-Dest")
    static let fetchSite = known("Sec-Fetch-Site")
    static let invocationType = known("InvocationType")
    static let lastEventID = known("Last-Event-ID")
    static let idempotencyKey = known("Idempotency-Key")
    static let idempotencyReplayed = known("Idempotency-Replayed")
    static let link = known("Link")
    static let notBefore = known("Not-Before")
    static let operationLocation = known("Operation-Location")
    static let prefer = known("Prefer")
    static let preferenceApplied = known("Preference-Applied")
    static let referrerPolicy = known("Referrer-Policy")
    static let startTimeout = known("Start-Timeout")
    /// `Host` beyond the first one, which HTTPTypes keeps apart as the authority.
    static let repeatedHost = known("Host")

    private static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is not a token") }
        return name
    }
}
