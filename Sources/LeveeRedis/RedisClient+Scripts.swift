// Scripts by their digest, loaded when Redis does not have them.

private import Logging

extension RedisClient {
    /// How often a script is called that Redis turns out not to have.
    private static let attempts = 4

    /// Runs a script with `EVALSHA`, and loads it first when Redis does not have it.
    ///
    /// `NOSCRIPT` means that nothing was run, so that sending again is safe. With `large` the call goes over the
    /// connection for large values. `timeout` is that of each command, of which there are one to seven. When the
    /// script cannot be loaded the error says that it was not run.
    public func evaluate(
        _ script: RedisScript,
        keys: [String],
        arguments: [[UInt8]],
        large: Bool = false,
        timeout: Duration? = nil
    ) async throws(RedisError) -> RESPValue {
        var known = script.digest
        // Somebody may flush the scripts between the load and the call as well.
        for _ in 0..<Self.attempts {
            let digest: String
            if let known { digest = known } else { digest = try await load(script, timeout: timeout) }
            do throws(RedisError) {
                return try await run(digest, keys, arguments, large: large, timeout: timeout)
            } catch {
                guard case .server(let answer) = error, answer.code == "NOSCRIPT" else { throw error }
                known = nil
            }
        }
        throw .unavailable("the script '\(script.name)' is flushed again and again")
    }

    private func run(
        _ digest: String,
        _ keys: [String],
        _ arguments: [[UInt8]],
        large: Bool,
        timeout: Duration?
    ) async throws(RedisError) -> RESPValue {
        var command = RedisCommand("EVALSHA", digest, keys.count)
        command.reserve(
            count: keys.count + arguments.count,
            byteCount: keys.reduce(0) { $0 + $1.utf8.count } + arguments.reduce(0) { $0 + $1.count }
        )
        for key in keys { command.append(key) }
        for argument in arguments { command.append(argument) }
        return large ? try await sendLarge(command, timeout: timeout) : try await send(command, timeout: timeout)
    }

    private func load(_ script: RedisScript, timeout: Duration?) async throws(RedisError) -> String {
        do throws(RedisError) {
            let reply = try await send(RedisCommand("SCRIPT", "LOAD", script.source), timeout: timeout)
            guard let digest = reply.string else {
                throw .protocolViolation("SCRIPT LOAD answered something that is no digest")
            }
            script.digest = digest
            logger.debug("loaded a script", metadata: ["script": "\(script.name)"])
            return digest
        } catch {
            guard case .unknownOutcome(let reason) = error else { throw error }
            throw .unavailable("the script '\(script.name)' could not be loaded: \(reason)")
        }
    }
}
