// Sends a webhook, to one address that was looked at before.

import AsyncHTTPClient
import Foundation
package import LeveeCore
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends webhooks. Each attempt has a connection of its own, since it is bound to the address that was chosen for it.
package struct WebhookSender: Sendable {
    /// From the name of a host to its addresses.
    package typealias Resolver = @Sendable (String) async throws -> [IPAddress]

    let rules: WebhookRules
    let secrets: [WebhookSecret]
    let timeout: Duration
    let resolve: Resolver

    /// Creates a sender.
    ///
    /// - Parameters:
    ///   - rules: Which receivers there may be.
    ///   - secrets: What webhooks are signed with.
    ///   - timeout: How long one attempt may take.
    ///   - resolve: How names are looked up.
    package init(
        rules: WebhookRules,
        secrets: [WebhookSecret],
        timeout: Duration,
        resolve: @escaping Resolver = HostResolver.addresses
    ) {
        self.rules = rules
        self.secrets = secrets
        self.timeout = timeout
        self.resolve = resolve
    }

    /// Sends a body once.
    ///
    /// - Parameters:
    ///   - body: JSON.
    ///   - text: The URL of the receiver.
    ///   - id: What the receiver knows the webhook by.
    ///   - trace: The span that it is sent in.
    /// - Returns: What came of it.
    func send(_ body: [UInt8], to text: String, id: DeliveryID, trace: TraceContext?) async -> WebhookAnswer {
        let url: WebhookURL
        do throws(WebhookFault) {
            url = try rules.check(text)
        } catch {
            return .never(reason: error.description)
        }
        // Nobody can say how long a lookup takes, and it cannot be called off.
        let addresses: [IPAddress]
        do {
            addresses = try await resolve(url.host)
        } catch {
            return .later(after: nil, reason: "the host \(url.host) cannot be looked up: \(error)")
        }
        if addresses.isEmpty { return .later(after: nil, reason: "the host \(url.host) has no address") }
        let address: IPAddress
        do throws(WebhookFault) {
            address = try rules.choose(from: addresses)
        } catch {
            return .never(reason: error.description)
        }
        do {
            return try await post(body, to: url, at: address, id: id, trace: trace)
        } catch {
            return .later(after: nil, reason: "the receiver did not answer: \(error)")
        }
    }

    private func post(
        _ body: [UInt8],
        to url: WebhookURL,
        at address: IPAddress,
        id: DeliveryID,
        trace: TraceContext?
    ) async throws -> WebhookAnswer {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .nanoseconds(timeout.nanoseconds)
        configuration.httpVersion = .http1Only
        configuration.maximumUsesPerConnection = 1
        // The delivery is the span, and the client's own would have whole URLs in its attributes.
        configuration.tracing.tracer = nil
        // The name stays what it is for TLS and for the receiver; only the lookup is taken away.
        if IPAddress(url.host) == nil {
            for name in [url.host, url.host.lowercased()] { configuration.dnsOverride[name] = address.description }
        }
        let client = HTTPClient(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            configuration: configuration
        )
        let answer: WebhookAnswer
        do {
            answer = try await exchange(body, url, id: id, trace: trace, on: client)
        } catch {
            try? await client.shutdown()
            throw error
        }
        try? await client.shutdown()
        return answer
    }

    private func exchange(
        _ body: [UInt8],
        _ url: WebhookURL,
        id: DeliveryID,
        trace: TraceContext?,
        on client: HTTPClient
    ) async throws -> WebhookAnswer {
        let fields = WebhookFields(
            id: id.text,
            timestamp: Int64(Date().timeIntervalSince1970),
            body: body,
            secrets: secrets
        )
        var request = HTTPClientRequest(url: url.text)
        request.method = .POST
        request.headers = [
            "content-type": "application/json", "user-agent": "Levee", "webhook-id": fields.id,
            "webhook-timestamp": "\(fields.timestamp)",
        ]
        if let signature = fields.signature { request.headers.add(name: "webhook-signature", value: signature) }
        if let trace {
            request.headers.add(name: "traceparent", value: trace.traceparent)
            if !trace.state.isEmpty { request.headers.add(name: "tracestate", value: trace.state) }
        }
        request.body = .bytes(body)
        let response = try await client.execute(request, timeout: .nanoseconds(timeout.nanoseconds))
        return WebhookAnswer(
            status: response.status.code,
            retryAfter: response.headers.first(name: "retry-after")
        )
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 { milliseconds * 1_000_000 }
}
