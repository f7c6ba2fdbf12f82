// What one door counts: requests by where they went and how they were answered, connections, refusals.

import CoreMetrics
import HTTPTypes
import Hummingbird
import LeveeMetrics
import Synchronization

/// The metrics of one listener.
///
/// Paths are shown as their templates, and all that lead nowhere as one: so the number of series is bounded, whatever is asked
/// for.
final class HTTPMetrics: Sendable {
    private static let requests = MetricFamily(
        "levee_http_requests_total",
        "Requests that were answered, by the template of their path."
    )
    private static let duration = MetricFamily(
        "levee_http_request_duration_seconds",
        "How long requests took from their head to the beginning of the answer; those that asked to wait included."
    )
    private static let open = MetricFamily("levee_http_connections", "Connections of clients.")
    private static let rejections = MetricFamily(
        "levee_http_rejections_total",
        "Requests that were answered 429 or 503, by the type of the problem."
    )
    /// The types that are shown from the beginning, so that a first refusal is seen as one.
    private static let reasons = [
        "queue-full", "store-nearly-full", "store-unavailable", "store-refused", "unknown-outcome",
        "too-many-connections",
        "too-many-bodies", "draining", "blobs-unavailable",
    ]
    private static let unknown = "unknown"
    private static let methods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]

    /// One path of the door.
    private final class Route: Sendable {
        private struct Series {
            var counters: [Answer: Counter] = [:]
            var timers: [String: Timer] = [:]
        }

        private struct Answer: Hashable {
            let method: String
            let status: Int
        }

        private let door: String
        private let template: String
        private let factory: any MetricsFactory
        private let series = Mutex(Series())

        init(door: String, template: String, factory: any MetricsFactory) {
            self.door = door
            self.template = template
            self.factory = factory
        }

        func count(_ method: String, _ status: Int) {
            counter(method, status).increment()
        }

        func count(_ method: String, _ status: Int, took duration: Duration) {
            counter(method, status).increment()
            timer(method).record(duration)
        }

        private func counter(_ method: String, _ status: Int) -> Counter {
            series.withLock { series in
                let answer = Answer(method: method, status: status)
                if let counter = series.counters[answer] { return counter }
                let counter = HTTPMetrics.requests.counter(
                    ["door": door, "method": method, "route": template, "code": "\(status)"],
                    on: factory
                )
                series.counters[answer] = counter
                return counter
            }
        }

        private func timer(_ method: String) -> Timer {
            series.withLock { series in
                if let timer = series.timers[method] { return timer }
                let timer = HTTPMetrics.duration.timer(
                    ["door": door, "method": method, "route": template],
                    on: factory
                )
                series.timers[method] = timer
                return timer
            }
        }
    }

    private let door: String
    private let factory: any MetricsFactory
    /// By what the router calls them.
    private let routes: [String: Route]
    private let elsewhere: Route
    private let connections: Meter
    private let refusals: Mutex<[String: Counter]>

    /// Creates the metrics of a door; the factory is that of the moment.
    ///
    /// - Parameters:
    ///   - door: What the label `door` says.
    ///   - endpoints: What is served there.
    init(door: String, endpoints: [Endpoint]) {
        let factory = MetricsSystem.factory
        self.door = door
        self.factory = factory
        routes = Dictionary(
            endpoints.map { ($0.routerPath.description, Route(door: door, template: $0.path, factory: factory)) },
            uniquingKeysWith: { first, _ in first }
        )
        elsewhere = Route(door: door, template: Self.unknown, factory: factory)
        connections = Self.open.meter(["door": door], on: factory)
        refusals = Mutex(
            Dictionary(
                uniqueKeysWithValues: Self.reasons.map {
                    ($0, Self.rejections.counter(["door": door, "reason": $0], on: factory))
                }
            )
        )
    }

    /// Counts a connection that has come.
    func connected() { connections.increment() }

    /// Counts a connection that has gone.
    func disconnected() { connections.decrement() }

    /// Counts an answer.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - path: What the router calls the path of the request, if it knows any.
    ///   - status: The status of the answer.
    ///   - duration: How long it took.
    func answered(_ request: HTTPRequest, at path: String?, _ status: HTTPResponse.Status, took duration: Duration) {
        let route = path.flatMap { routes[$0] } ?? elsewhere
        let method = Self.methods.contains(request.method) ? request.method.rawValue : Self.unknown
        route.count(method, status.code, took: duration)
    }

    /// Counts an answer to what was no whole request.
    func refused(with problem: Problem) {
        elsewhere.count(Self.unknown, problem.status.code)
        rejected(with: problem)
    }

    /// Counts a problem, if it says that there is too much to do or that something is away.
    func rejected(with problem: Problem) {
        guard problem.status == .serviceUnavailable || problem.status == .tooManyRequests else { return }
        let counter = refusals.withLock { refusals in
            if let counter = refusals[problem.token] { return counter }
            let counter = Self.rejections.counter(["door": door, "reason": problem.token], on: factory)
            refusals[problem.token] = counter
            return counter
        }
        counter.increment()
    }
}
