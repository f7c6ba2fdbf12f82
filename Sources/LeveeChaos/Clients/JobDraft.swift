// A job as it is about to be submitted: what its handler is to do, and on what terms.

import Foundation
import LeveeLedger
import NIOHTTP1

/// A payload and the header fields that go with it.
struct JobDraft: Sendable {
    let order: JobOrder
    let terms: JobTerms
    /// The payload: the same bytes however often it is sent.
    let body: Data

    /// Draws a job.
    init(label: String, using generator: inout some RandomNumberGenerator) throws {
        let kind = JobKind.random(using: &generator)
        order = kind.order(label: label, using: &generator)
        var terms = JobTerms(type: kind.rawValue, failures: order.failures)
        switch Int.random(in: 0..<100, using: &generator) {
        case ..<12: terms.key = "key of \(label)"
        case ..<24: terms.delay = Int.random(in: 1...4, using: &generator)
        // One that puts itself off may be given up before its time, since it would begin again too late.
        case ..<32 where kind != .shy: terms.cancelAfter = Int.random(in: 2...9, using: &generator)
        case ..<38 where kind != .shy: terms.startTimeout = Int.random(in: 1...5, using: &generator)
        default: break
        }
        if Int.random(in: 0..<5, using: &generator) == 0 {
            terms.priority = Bool.random(using: &generator) ? "high" : "low"
        }
        self.terms = terms
        body = try JSONEncoder().encode(order)
    }

    var headers: HTTPHeaders {
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        func add(_ name: String, _ value: (some CustomStringConvertible)?) {
            if let value { headers.add(name: name, value: "\(value)") }
        }
        add("Delay", terms.delay)
        add("Start-Timeout", terms.startTimeout)
        add("Cancel-After", terms.cancelAfter)
        add("Priority", terms.priority)
        add("Idempotency-Key", terms.key.map { "\"\($0)\"" })
        return headers
    }
}
