// A client that does not give up: what gets no answer is sent again, to another front end.

import LeveeTestSupport
import NIOHTTP1
import Synchronization

/// Speaks to the first of its front ends that answers.
final class PersistentClient: Sendable {
    private let doors: Mutex<[HTTPDoor]>

    init(_ doors: HTTPDoor...) {
        self.doors = Mutex(doors)
    }

    /// Sends a request until it is answered. A front end that has not answered is not asked again.
    func send(_ method: HTTPMethod, _ target: String, body: String? = nil) async throws -> Answer {
        while let door = doors.withLock({ $0.first }) {
            do {
                let bytes = body.map { Array($0.utf8) }
                return try await door.send(method, target, type: body.map { _ in "text/plain" }, body: bytes)
            } catch {
                doors.withLock { $0.removeAll { $0.base == door.base } }
            }
        }
        throw NeverHappened(description: "no front end answers \(method) \(target)")
    }
}
