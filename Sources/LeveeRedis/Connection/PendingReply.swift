// A caller's claim on the replies to what it sent.

private import NIOConcurrencyHelpers
internal import NIOCore

/// The replies that one call waits for, one per command. Whatever settles it first wins; what comes later is dropped.
final class PendingReply: Sendable {
    typealias Replies = [Result<RESPValue, RedisError>]

    let count: Int
    let deadline: NIODeadline
    private let state: NIOLockedValueBox<State>

    private struct State {
        var replies: Replies = []
        var completion: (@Sendable (Replies) -> Void)?
    }

    init(count: Int, deadline: NIODeadline, completion: @escaping @Sendable (Replies) -> Void) {
        self.count = count
        self.deadline = deadline
        state = NIOLockedValueBox(State(completion: completion))
    }

    var isSettled: Bool { state.withLockedValue { $0.completion == nil } }

    /// Takes the next reply; the last one settles.
    func deliver(_ reply: RESPValue) {
        settle { replies in
            if case .error(let error) = reply {
                replies.append(.failure(.server(error)))
            } else {
                replies.append(.success(reply))
            }
        }
    }

    /// Settles with an error in place of each reply that has not come.
    func fail(_ error: RedisError) {
        settle { replies in
            while replies.count < count { replies.append(.failure(error)) }
        }
    }

    private func settle(_ change: (inout Replies) -> Void) {
        let settled = state.withLockedValue { state -> (@Sendable (Replies) -> Void, Replies)? in
            guard let completion = state.completion else { return nil }
            change(&state.replies)
            guard state.replies.count >= count else { return nil }
            state.completion = nil
            return (completion, state.replies)
        }
        if let (completion, replies) = settled { completion(replies) }
    }
}

/// Commands in RESP, on their way to a connection.
struct Submission: Sendable {
    var bytes: ByteBuffer
    let reply: PendingReply
}
