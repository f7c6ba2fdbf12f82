// The feed: published messages, on a connection of their own that comes back by itself.

public import Logging
public import NIOCore
public import NIOPosix

/// A subscription to channels, for as long as ``run(onEvent:)`` runs.
public final class RedisSubscription: Sendable {
    /// What happens on a subscription.
    public enum Event: Sendable, Equatable {
        /// All channels are subscribed to. What was published before, or since the last ``disconnected(_:)``, was
        /// missed: read again what depends on it.
        case subscribed
        /// A message.
        case message(channel: String, payload: [UInt8])
        /// The connection is gone or there is none to be had, for the reason in words. It is being mended.
        case disconnected(String)
    }

    private let configuration: RedisConfiguration
    private let channels: [String]
    private let eventLoopGroup: any EventLoopGroup
    private let logger: Logger

    /// A subscription to at least one channel.
    public init(
        configuration: RedisConfiguration,
        channels: [String],
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger
    ) {
        var logger = logger
        logger[metadataKey: "redis"] = "\(configuration.endpoint)"
        logger[metadataKey: "connection"] = "feed"
        self.configuration = configuration
        self.channels = channels
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
    }

    /// Subscribes and calls `onEvent` with one event after the other until the task is canceled.
    ///
    /// After a loss it connects again, at once and then with backoff and jitter, for ever. Redis is asked for a sign
    /// of life every ``RedisConfiguration/pingInterval``, and two questions without an answer end the connection. So
    /// `onEvent` must return within that time; what is slow belongs elsewhere.
    public func run(onEvent: @escaping @Sendable (Event) async -> Void) async {
        var failures = 0
        var lastWarning: String?
        var randomness = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            let session = FeedSession(configuration: configuration, channels: channels) { [logger] event in
                if event == .subscribed { logger.info("subscribed to Redis") }
                await onEvent(event)
            }
            let reason = await session.run(on: eventLoopGroup)
            if Task.isCancelled { return }
            if session.isProven { lastWarning = nil }
            failures = session.isProven ? 0 : failures + 1
            let delay = failures == 0 ? .zero : configuration.backoff.delay(failures: failures, using: &randomness)
            logger.log(
                level: reason == lastWarning ? .debug : .warning,
                "no subscription to Redis",
                metadata: ["reason": "\(reason)", "retry-in": "\(delay)"]
            )
            lastWarning = reason
            await onEvent(.disconnected(reason))
            do { try await Task.sleep(for: delay) } catch { return }
        }
    }
}
