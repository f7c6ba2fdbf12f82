// What a run is to be.

import Foundation
import Logging

/// The settings of a run.
package struct ChaosSettings: Sendable {
    /// The seed of faults and jobs.
    package var seed: UInt64
    /// How long jobs are submitted and faults begin, in seconds.
    package var duration: Double
    package var faults: FaultChoice
    /// The folder for everything that is written; it is there and empty.
    package var folder: String
    /// The levee binary.
    package var levee: String
    /// What becomes Redis: given its folder, and the arguments of redis-server.
    package var redis: String
    /// The program of the handlers, with its arguments; the path of their ledger comes after them.
    package var handler: [String]
    /// The library that shifts the clock of Redis.
    package var clockLibrary: String
    /// Programs that take jobs over HTTP, as those in `examples` do; each runs beside the workers.
    package var outside: [String]
    package var frontEnds = 2
    package var workers = 3
    package var slots = 4
    /// The lease, in seconds.
    package var lease = 5
    /// How long what runs may go on when its worker is told to end, in seconds.
    package var grace = 5
    /// How often a job is tried that fails.
    package var attempts = 4
    /// Jobs submitted in a second.
    package var rate = 4.0
    /// How long all jobs may take to end after the last fault, in seconds.
    package var drainLimit = 180.0

    package init(
        seed: UInt64,
        duration: Double,
        faults: FaultChoice,
        folder: String,
        levee: String,
        redis: String,
        handler: [String],
        clockLibrary: String,
        outside: [String] = []
    ) {
        self.seed = seed
        self.duration = duration
        self.faults = faults
        self.folder = folder
        self.levee = levee
        self.redis = redis
        self.handler = handler
        self.clockLibrary = clockLibrary
        self.outside = outside
    }

    /// Where the configuration of the run lies.
    var configurationPath: String { "\(folder)/levee.yaml" }

    /// Where Redis keeps its data.
    var redisFolder: String { "\(folder)/redis" }

    /// Where programs are looked for.
    var path: String { ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin" }

    var quietLogger: Logger { Logger(label: "chaos") { _ in SwiftLogNoOpLogHandler() } }
}
