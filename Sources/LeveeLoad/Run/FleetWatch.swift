// Looks at queues and workers while the test goes on.

import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Asks an admin door for its queues and workers, each once a second and never before the last answer. It belongs to the event
/// loop of the test.
final class FleetWatch {
    /// What an answer told.
    enum News {
        case queues(LoadReport.Series.Queues)
        case workers(LoadReport.Series.Workers)
    }

    private enum Document: Int, CaseIterable {
        case queues
        case workers
    }

    /// How many connections it takes.
    static let connections = Document.allCases.count
    private static let patience = Duration.seconds(5)

    private let tell: (News) -> Void
    private var pool: ConnectionPool?
    private var isAsking: Set<Document> = []
    /// How many questions had no answer that could be used, by what came instead.
    private(set) var troubles: [String: Int] = [:]

    init(
        of target: LoadTarget,
        plan: LoadPlan,
        eventLoop: any EventLoop,
        dial: @escaping Dial,
        tell: @escaping (News) -> Void
    ) {
        self.tell = tell
        var plan = plan
        plan.connections = .pooled(limit: Self.connections)
        plan.requestTimeout = Self.patience
        pool = ConnectionPool(target: target, plan: plan, eventLoop: eventLoop, dial: dial, owner: self)
    }

    /// Asks for what is not being asked for.
    func look(at now: NIODeadline) {
        pool?.tick(at: now)
        for document in Document.allCases where isAsking.insert(document).inserted {
            pool?.send(.get(path: "/\(document)"), slot: document.rawValue)
        }
    }

    func close() {
        pool?.close()
    }

    private func read(_ document: Document, _ response: Response) -> News? {
        let body = Data(response.body.readableBytesView)
        switch document {
        case .queues:
            guard let list = try? JSONDecoder().decode(QueueList.self, from: body) else { return nil }
            return .queues(list.figures)
        case .workers:
            guard let list = try? JSONDecoder().decode(WorkerList.self, from: body) else { return nil }
            return .workers(list.figures)
        }
    }
}

extension FleetWatch: ConnectionPoolOwner {
    func heard(_ events: [ServerEvent], slot: Int) {}

    func settled(slot: Int, with result: Result<Response, TransportError>) {
        guard let document = Document(rawValue: slot) else { return }
        isAsking.remove(document)
        switch result {
        case .success(let response) where response.status == 200:
            if let news = read(document, response) { return tell(news) }
            troubles["\(document) unreadable", default: 0] += 1
        case .success(let response):
            troubles["\(document) \(response.status)", default: 0] += 1
        case .failure(let error):
            troubles["\(document) \(error)", default: 0] += 1
        }
    }
}

/// The body of GET /queues, as far as it matters here.
private struct QueueList: Decodable {
    struct Queue: Decodable {
        var ready: Int
        var inFlight: Int
        var scheduled: Int
    }

    var queues: [Queue]

    var figures: LoadReport.Series.Queues {
        .init(
            ready: queues.reduce(0) { $0 + $1.ready },
            inFlight: queues.reduce(0) { $0 + $1.inFlight },
            scheduled: queues.reduce(0) { $0 + $1.scheduled }
        )
    }
}

/// The body of GET /workers, as far as it matters here.
private struct WorkerList: Decodable {
    struct Worker: Decodable {
        var state: String
        var slots: Int
        var running: [String]
    }

    struct Autoscaler: Decodable {
        var desired: Int?
    }

    var workers: [Worker]
    var autoscaler: Autoscaler?

    var figures: LoadReport.Series.Workers {
        let working = workers.filter { $0.state == "working" }
        return .init(
            working: working.count,
            draining: workers.count - working.count,
            desired: autoscaler?.desired,
            slots: working.reduce(0) { $0 + $1.slots },
            busy: workers.reduce(0) { $0 + $1.running.count }
        )
    }
}
