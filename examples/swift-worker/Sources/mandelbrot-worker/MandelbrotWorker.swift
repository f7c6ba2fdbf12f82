// The executable: a worker for one queue, on any Redis.

import ArgumentParser
import LeveeCore
import LeveeRedis
import LeveeStore
import LeveeWorker
import Logging
import Mandelbrot
import ServiceLifecycle
import UnixSignals

@main
struct MandelbrotWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mandelbrot-worker",
        abstract: "Draws parts of the Mandelbrot set for the jobs of the queue mandelbrot."
    )

    @Option(help: "Where Redis is, with the database.")
    var redis = "redis://127.0.0.1:6379/0"

    @Option(help: "How many jobs run at once.")
    var slots = 2

    func run() async throws {
        let logger = Logger(label: "mandelbrot-worker")
        let endpoint = try RedisEndpoint(redis)
        let queue = MandelbrotHandler.type.queue
        let configuration = WorkerConfiguration(slots: slots, queues: [QueueRules(name: queue)])
        try await RedisStore.withStore(
            on: RedisConfiguration(endpoint: endpoint),
            queues: [queue],
            logger: logger
        ) { store in
            let worker = Worker(
                configuration: configuration,
                leasing: store,
                upkeep: store,
                handlers: [MandelbrotHandler.type.name: MandelbrotHandler.binding],
                logger: logger
            )
            // SIGTERM: no more jobs, those that run get 25 s, and what has not ended by then goes back to its queue.
            try await ServiceGroup(services: [worker], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
                .run()
        }
    }
}
