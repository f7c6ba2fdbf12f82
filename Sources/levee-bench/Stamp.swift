// A worker whose jobs tell when they began and ended, to the microsecond; the log of a job has milliseconds.

import ArgumentParser
import Foundation
import LeveeCore
import LeveeHandlers
import LeveeRedis
import LeveeStore
import LeveeWorker
import Logging
import ServiceLifecycle
import UnixSignals

/// `{"milliseconds": 20}` takes so long and becomes `{"started": ..., "ended": ...}`, nanoseconds since 1970 by the clock of
/// this machine.
struct StampHandler: JobHandler {
    static let type = JobType(name: "stamp", queue: "stamp")

    struct Input: Decodable, Sendable {
        var milliseconds: Int
    }

    struct Output: Encodable, Sendable {
        var started: Int
        var ended: Int
    }

    func run(_ input: Input, context: JobContext) async throws -> Output {
        let started = Self.now
        try await Task.sleep(for: .milliseconds(input.milliseconds))
        return Output(started: started, ended: Self.now)
    }

    private static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
    }
}

struct StampCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stamp",
        abstract: "Run the jobs of the queue stamp, which tell when they began and ended."
    )

    @OptionGroup var options: RedisOptions

    func run() async throws {
        let logger = Logger.forBench("stamp")
        let type = StampHandler.type
        try await RedisStore.withStore(
            on: RedisConfiguration(endpoint: try RedisEndpoint(options.redis)),
            queues: [type.queue],
            logger: logger
        ) { store in
            let worker = Worker(
                configuration: WorkerConfiguration(slots: 4, queues: [QueueRules(name: type.queue)]),
                leasing: store,
                upkeep: store,
                handlers: [type.name: HandlerBinding(type: type, handler: CodableHandler(StampHandler()))],
                logger: logger
            )
            try await ServiceGroup(services: [worker], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
                .run()
        }
    }
}
