// The pipe through which a program speaks of itself.

import LeveeCore
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A named pipe (fifo(7)) that a program may open as often as it likes, as a shell does for every `echo`.
struct EventsPipe: Sendable {
    /// How long what lies in the pipe may take to be read when the program has ended.
    private static let lastWords = Duration.seconds(2)

    private let readEnd: CInt
    /// Held open, so that the pipe does not end when the program closes it.
    private let writeEnd: CInt

    /// Makes one.
    ///
    /// - Parameter path: Where; nothing is there yet.
    /// - Throws: A failure with the code ``JobFailure/startFailedCode``.
    init(at path: String) throws(JobFailure) {
        guard mkfifo(path, 0o600) == 0 else { throw Self.failure(path) }
        readEnd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        // For reading too, so that a program finds a reader whatever becomes of the other end.
        writeEnd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard readEnd >= 0, writeEnd >= 0 else {
            let failure = Self.failure(path)
            if readEnd >= 0 { close(readEnd) }
            throw failure
        }
    }

    /// Listens while something is done. Called once: the pipe is closed at the end.
    ///
    /// - Parameters:
    ///   - listener: Hears all that is written to the pipe meanwhile.
    ///   - body: What is done.
    /// - Returns: What the body gives.
    /// - Throws: What the body throws, or a failure to listen.
    func listening<Value: Sendable>(
        _ listener: ProgramListener,
        _ body: () async throws -> Value
    ) async throws -> Value {
        let channel: NIOAsyncChannel<ByteBuffer, Never>
        do {
            channel = try await NIOPipeBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .takingOwnershipOfDescriptor(input: readEnd) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            close(readEnd)
            close(writeEnd)
            throw error
        }
        // A program that was asked to end may have something to say: its attempt is canceled, the listening is not.
        let hearing = Task { await Self.hear(channel, listener) }
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        close(writeEnd)
        // All that the program has started has ended with it, so that nobody holds the pipe open; but see ProcessGuard.
        let limit = Task {
            try? await Task.sleep(for: Self.lastWords)
            hearing.cancel()
        }
        await hearing.value
        limit.cancel()
        return try outcome.get()
    }

    private static func hear(_ channel: NIOAsyncChannel<ByteBuffer, Never>, _ listener: ProgramListener) async {
        var listener = listener
        // What cannot be read is not said: the job goes on.
        try? await channel.executeThenClose { inbound in
            for try await buffer in inbound { listener.hear(buffer.readableBytesView) }
        }
    }

    private static func failure(_ path: String) -> JobFailure {
        JobFailure(
            code: JobFailure.startFailedCode,
            detail: "the pipe \(path) cannot be made: \(String(cString: strerror(errno)))",
            disposition: .throttle(after: nil)
        )
    }
}
