// Queues and workers as JSON.

import LeveeCore

/// The bodies of GET /queues, GET /queues/{queue} and GET /workers. Ages and times are by the clock of the store; durations in
/// seconds.
enum FleetDocument {
    /// The queues, by name.
    static func queues(of overview: FleetOverview) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("time", overview.time.rfc3339)
            writeQueues(of: overview, to: &json)
        }
        return json.bytes
    }

    /// Everything: the queues, the workers, and what else the closure adds.
    static func all(of overview: FleetOverview, more: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 4_096)
        json.object { json in
            json.member("time", overview.time.rfc3339)
            writeQueues(of: overview, to: &json)
            writeWorkers(of: overview, to: &json)
            more(&json)
        }
        return json.bytes
    }

    private static func writeQueues(of overview: FleetOverview, to json: inout JSONWriter) {
        json.name("queues")
        json.array { json in
            for queue in overview.queues { write(queue, at: overview.time, to: &json) }
        }
    }

    private static func writeWorkers(of overview: FleetOverview, to json: inout JSONWriter) {
        json.name("workers")
        json.array { json in
            for worker in overview.workers { write(worker, at: overview.time, to: &json) }
        }
        json.name("autoscaler")
        write(overview.autoscaler, to: &json)
    }

    /// One queue, as it stands in the list.
    static func queue(_ queue: QueueOverview, at time: Timestamp) -> [UInt8] {
        var json = JSONWriter()
        write(queue, at: time, to: &json)
        return json.bytes
    }

    private static func write(_ queue: QueueOverview, at time: Timestamp, to json: inout JSONWriter) {
        let figures = queue.figures
        json.object { json in
            json.member("name", queue.name)
            json.member("paused", figures.isPaused)
            json.member("ready", figures.ready)
            json.name("readyByPriority")
            json.object { json in
                for priority in Priority.allCases { json.member(priority.name, figures.ready(priority)) }
            }
            json.member("suspect", figures.suspect)
            json.member("inFlight", figures.running)
            json.member("scheduled", figures.scheduled)
            json.member("nextDueAt", queue.nextDue?.rfc3339)
            json.member("bytes", figures.bytes)
            json.member("oldestReadyAt", queue.oldestReady?.rfc3339)
            json.name("oldestReadySeconds")
            if let oldest = queue.oldestReady { json.seconds(max(.zero, time - oldest)) } else { json.null() }
            json.member("submitted", figures.submitted)
            json.member("succeeded", figures.succeeded)
            json.member("failed", figures.failed)
            json.member("canceled", figures.canceled)
            json.member("dead", queue.dead)
        }
    }

    /// The workers, by name, and what the autoscaler says.
    static func workers(of overview: FleetOverview) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("time", overview.time.rfc3339)
            writeWorkers(of: overview, to: &json)
        }
        return json.bytes
    }

    private static func write(_ worker: WorkerOverview, at time: Timestamp, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", worker.name)
            json.member("host", worker.host)
            json.member("pid", worker.processID)
            json.member("state", worker.isDraining ? "draining" : "working")
            json.member("slots", worker.slots)
            json.name("queues")
            json.array { json in for queue in worker.queues { json.string(queue) } }
            json.name("running")
            json.array { json in for id in worker.running { json.string(id.text) } }
            json.member("startedAt", worker.startedAt.rfc3339)
            json.name("upSeconds")
            json.seconds(max(.zero, time - worker.startedAt))
            json.member("seenAt", worker.seenAt.rfc3339)
            json.name("seenSecondsAgo")
            json.seconds(max(.zero, time - worker.seenAt))
        }
    }

    private static func write(_ autoscaler: AutoscalerOverview, to json: inout JSONWriter) {
        json.object { json in
            json.member("leader", autoscaler.leader)
            json.member("desired", autoscaler.desired)
            json.member("reason", autoscaler.reason)
            json.member("decidedAt", autoscaler.decidedAt?.rfc3339)
            json.member("setByHand", autoscaler.manualTarget)
        }
    }
}
