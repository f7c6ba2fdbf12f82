// An engine in a time that stands still until the test moves it, on channels that lead to the test.

import NIOCore
import NIOEmbedded
import Synchronization

@testable import LeveeLoad

/// Runs an engine in virtual time. The test takes its requests and answers them.
final class Simulation {
    /// A request that the engine has sent.
    struct Sent {
        var line: String
        var channel: EmbeddedChannel

        func answer(_ text: String) throws {
            try channel.writeInbound(ByteBuffer(string: text))
        }
    }

    /// What outlives the callbacks of the engine.
    private final class Notes {
        var channels: [EmbeddedChannel] = []
        var outcome: Engine.Outcome?
    }

    private final class ProgressLog: Sendable {
        let all = Mutex<[LoadProgress]>([])
    }

    private let loop = EmbeddedEventLoop()
    private let notes = Notes()
    private let progressLog = ProgressLog()
    let engine: Engine

    init(_ plan: LoadPlan) throws {
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: 1)
        loop.advanceTime(to: .uptimeNanoseconds(1_000_000_000_000))
        engine = Engine(
            plan: plan,
            eventLoop: loop,
            dial: { [loop, notes] _, _ in
                let channel = EmbeddedChannel(loop: loop)
                notes.channels.append(channel)
                return channel.connect(to: address).map { channel }
            },
            onProgress: { [progressLog] progress in progressLog.all.withLock { $0.append(progress) } },
            onEnd: { [notes] in notes.outcome = $0 }
        )
        engine.start()
    }

    var outcome: Engine.Outcome? { notes.outcome }

    var progress: [LoadProgress] { progressLog.all.withLock { $0 } }

    /// Lets time pass: what is due in it happens at its time.
    func pass(_ time: TimeAmount) {
        loop.advanceTime(by: time)
    }

    /// The requests that were sent since the last call.
    func sent() throws -> [Sent] {
        var requests: [Sent] = []
        for channel in notes.channels {
            while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
                let text = String(buffer: bytes)
                requests.append(Sent(line: String(text.prefix { $0 != "\r\n" }), channel: channel))
            }
        }
        return requests
    }

    /// The request lines since the last call, without the version.
    func lines() throws -> [String] { try sent().map { String($0.line.dropLast(" HTTP/1.1".count)) } }
}
