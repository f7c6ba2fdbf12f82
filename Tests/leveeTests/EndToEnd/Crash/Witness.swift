// What can be seen of jobs from outside, all the time.

import NIOHTTP1
import Synchronization
import Testing

/// Asks for jobs again and again, at one front end after the other.
final class Witness: Sendable {
    /// What a front end said of a job.
    struct Sight: Hashable, Sendable {
        var version: Int
        var status: String
    }

    private struct State {
        var doors: [HTTPDoor] = []
        var sights: [String: [Sight]] = [:]
    }

    private let state = Mutex(State())

    func watch(_ path: String) { state.withLock { $0.sights[path] = [] } }

    func ask(at door: HTTPDoor) { state.withLock { $0.doors.append(door) } }

    /// What was seen of a job, without what was the same as the time before.
    func sights(of path: String) -> [Sight] { state.withLock { $0.sights[path] ?? [] } }

    /// Looks until the task is canceled.
    func run() async {
        while !Task.isCancelled {
            let (doors, paths) = state.withLock { ($0.doors, Array($0.sights.keys)) }
            for door in doors {
                for path in paths { await look(path, at: door) }
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Looks once; a front end that is dead says nothing.
    private func look(_ path: String, at door: HTTPDoor) async {
        guard let answer = try? await door.send(.GET, path.replacing("/jobs/", with: "/operations/")) else { return }
        guard let sight = Sight(answer) else {
            if !Task.isCancelled { Issue.record("\(path) was answered with \(answer.status)") }
            return
        }
        state.withLock { state in
            if state.sights[path]?.last != sight { state.sights[path]?.append(sight) }
        }
    }
}

extension Witness.Sight {
    static let gone = Self(version: .max, status: "gone")

    fileprivate init?(_ answer: Answer) {
        if answer.status == 410 {
            self = .gone
            return
        }
        guard answer.status == 200, let status = try? answer.text("status"),
            let version = answer["ETag"]?.firstMatch(of: /^W\/"(\d+)"$/).flatMap({ Int($0.output.1) })
        else { return nil }
        self.init(version: version, status: status)
    }
}
