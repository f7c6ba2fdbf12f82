// One connection of a subscription, from the connect to its end.

private import NIOConcurrencyHelpers
internal import NIOCore

/// Does what the state machine of a subscription decides.
final class FeedSession: Sendable {
    private struct End: Error {
        let reason: String
    }

    private typealias AsyncChannel = NIOAsyncChannel<RESPValue, ByteBuffer>

    private let configuration: RedisConfiguration
    private let state: NIOLockedValueBox<FeedState>
    private let onEvent: @Sendable (RedisSubscription.Event) async -> Void

    init(
        configuration: RedisConfiguration,
        channels: [String],
        onEvent: @escaping @Sendable (RedisSubscription.Event) async -> Void
    ) {
        self.configuration = configuration
        self.onEvent = onEvent
        state = NIOLockedValueBox(FeedState(handshake: Self.handshake(configuration), channels: channels))
    }

    private static func handshake(_ configuration: RedisConfiguration) -> Handshake {
        Handshake(endpoint: configuration.endpoint, name: "\(configuration.clientName):feed")
    }

    var isProven: Bool { state.withLockedValue { $0.isProven } }

    /// Connects, subscribes and hands on what comes, until the connection ends, for the reason returned, or the task
    /// is canceled.
    func run(on group: any EventLoopGroup) async -> String {
        do {
            try await converse(over: try await connect(on: group))
            return "canceled"
        } catch let end as End {
            return end.reason
        } catch {
            return Dialer.describe(error)
        }
    }

    private func connect(on group: any EventLoopGroup) async throws -> AsyncChannel {
        let limit = configuration.maximumReplyBytes
        let dialer = Dialer(endpoint: configuration.endpoint, connectTimeout: TimeAmount(configuration.connectTimeout))
        return try await dialer.dial(on: group) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(ReplyHandler(maximumReplyBytes: limit))
                return try AsyncChannel(wrappingChannelSynchronously: channel)
            }
        }
    }

    private func converse(over channel: AsyncChannel) async throws {
        let greeting = try CommandEncoder.encode(Self.handshake(configuration).commands)
        try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(greeting)
            try await withThrowingTaskGroup { group in
                group.addTask {
                    for try await reply in inbound {
                        try await self.perform(self.state.withLockedValue { $0.received(reply) }, outbound)
                    }
                    throw End(reason: "Redis closed the connection")
                }
                group.addTask {
                    while true {
                        try await Task.sleep(for: self.configuration.pingInterval)
                        try await self.perform(self.state.withLockedValue { $0.tick() }, outbound)
                    }
                }
                // The first to end ends the other; both end by throwing.
                try await group.next()
            }
        }
    }

    private func perform(
        _ action: FeedState.Action,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws {
        switch action {
        case .nothing: break
        case .write(let command): try await outbound.write(try CommandEncoder.encode([command]))
        case .event(let event): await onEvent(event)
        case .drop(let reason): throw End(reason: reason)
        }
    }
}
