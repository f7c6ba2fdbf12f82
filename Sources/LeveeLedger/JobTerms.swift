// What a client asks of a job, and so what may become of it.

/// What is known of a job before it is submitted.
package struct JobTerms: Codable, Equatable, Sendable {
    package var type: String
    /// How many of its attempts fail.
    package var failures: Int
    /// How many seconds it is put off; missing where it is not.
    package var delay: Int?
    /// Within how many seconds, from then on, it must have started.
    package var startTimeout: Int?
    /// Within how many seconds from its submit it must have ended.
    package var cancelAfter: Int?
    package var priority: String?
    /// The idempotency key under which it is submitted twice.
    package var key: String?

    package init(
        type: String,
        failures: Int = 0,
        delay: Int? = nil,
        startTimeout: Int? = nil,
        cancelAfter: Int? = nil,
        priority: String? = nil,
        key: String? = nil
    ) {
        self.type = type
        self.failures = failures
        self.delay = delay
        self.startTimeout = startTimeout
        self.cancelAfter = cancelAfter
        self.priority = priority
        self.key = key
    }
}
