// The metrics of the deployment as a whole: every front end shows the same.

import LeveeCore
import LeveeMetrics

/// What GET /metrics says. No ids as labels: their number has no bound.
struct FleetMetrics {
    let text: String

    /// - Parameters:
    ///   - overview: What the store showed; `nil` if it could not be read.
    ///   - memory: What is known of its memory.
    init(_ overview: FleetOverview?, memory: MemoryWatch) {
        var metrics = MetricsText()
        metrics.gauge(
            "levee_store_up",
            "Whether the store could be read.",
            [([:], overview == nil ? 0 : 1)]
        )
        Self.add(memory, to: &metrics)
        if let overview {
            Self.add(overview.queues, at: overview.time, to: &metrics)
            Self.add(overview.outbox, at: overview.time, to: &metrics)
            Self.add(overview.workers, overview.autoscaler, to: &metrics)
        }
        text = metrics.text
    }

    private static func add(_ memory: MemoryWatch, to metrics: inout MetricsText) {
        guard let last = memory.last else { return }
        metrics.gauge("levee_store_memory_used_bytes", "Memory that the store uses.", [([:], Double(last.used))])
        metrics.gauge(
            "levee_store_memory_limit_bytes",
            "Memory that the store may use; missing if there is no limit.",
            last.limit.map { [(labels: MetricLabels(), value: Double($0))] } ?? []
        )
        metrics.gauge(
            "levee_store_full",
            "Whether this front end refuses jobs because the store is short of memory.",
            [([:], memory.isFull ? 1 : 0)]
        )
    }

    private static func add(_ queues: [QueueOverview], at time: Timestamp, to metrics: inout MetricsText) {
        typealias Sample = MetricsText.Sample
        func each(_ value: (QueueOverview) -> Double) -> [Sample] {
            queues.map { (["queue": $0.name], value($0)) }
        }
        metrics.gauge(
            "levee_jobs_ready",
            "Jobs that wait for a free slot.",
            queues.flatMap { queue in
                Priority.allCases.map { priority -> Sample in
                    (["queue": queue.name, "priority": priority.name], Double(queue.figures.ready(priority)))
                }
            }
        )
        metrics.gauge(
            "levee_jobs_suspect",
            "Jobs that lost their worker twice and wait to run alone.",
            each { Double($0.figures.suspect) }
        )
        metrics.gauge("levee_jobs_in_flight", "Jobs that workers hold.", each { Double($0.figures.running) })
        metrics.gauge(
            "levee_jobs_scheduled",
            "Jobs that wait for their time, such as that of the next attempt.",
            each { Double($0.figures.scheduled) }
        )
        metrics.gauge(
            "levee_jobs_due",
            "Scheduled jobs whose time has come although nobody has put them in line; of the hundred that come first.",
            each { Double($0.due) }
        )
        metrics.gauge(
            "levee_dead_letters",
            "Jobs that have failed for good and wait for somebody to look at them.",
            each { Double($0.dead) }
        )
        metrics.gauge(
            "levee_jobs_oldest_ready_age_seconds",
            "How long the first job in line has been ready; 0 if none is, missing while it is not known.",
            queues.compactMap { queue -> Sample? in
                guard let oldest = queue.oldestReady else {
                    return queue.figures.ready == 0 ? (["queue": queue.name], 0) : nil
                }
                return (["queue": queue.name], max(.zero, time - oldest).inSeconds)
            }
        )
        metrics.gauge(
            "levee_queue_payload_bytes",
            "Bytes of payload of all jobs that have not ended.",
            each { Double($0.figures.bytes) }
        )
        metrics.gauge(
            "levee_queue_paused",
            "Whether the queue hands out no jobs.",
            each { $0.figures.isPaused ? 1 : 0 }
        )
        metrics.counter("levee_jobs_submitted_total", "Jobs taken in.", each { Double($0.figures.submitted) })
        metrics.counter(
            "levee_jobs_finished_total",
            "Jobs ended, by outcome.",
            queues.flatMap { queue -> [Sample] in
                let figures = queue.figures
                return [
                    (["queue": queue.name, "outcome": "succeeded"], Double(figures.succeeded)),
                    (["queue": queue.name, "outcome": "failed"], Double(figures.failed)),
                    (["queue": queue.name, "outcome": "canceled"], Double(figures.canceled)),
                ]
            }
        )
        metrics.histogram(
            "levee_job_wait_seconds",
            "How long jobs were ready before an attempt began.",
            queues.map { (["queue": $0.name], $0.figures.wait.histogram) }
        )
        metrics.histogram(
            "levee_job_service_seconds",
            "How long attempts took that ended.",
            queues.map { (["queue": $0.name], $0.figures.service.histogram) }
        )
    }

    private static func add(_ outbox: OutboxOverview, at time: Timestamp, to metrics: inout MetricsText) {
        metrics.gauge(
            "levee_outbox_deliveries",
            "Follow-ups of ended jobs that are to be delivered, those included that wait for another attempt.",
            [([:], Double(outbox.waiting))]
        )
        metrics.gauge(
            "levee_outbox_due",
            "Follow-ups whose time has come although nobody has taken them.",
            [([:], Double(outbox.due))]
        )
        metrics.gauge(
            "levee_outbox_oldest_due_age_seconds",
            "For how long the first of them has been due; 0 if none is.",
            [([:], outbox.oldestDue.map { max(.zero, time - $0).inSeconds } ?? 0)]
        )
        metrics.gauge(
            "levee_outbox_dead",
            "Follow-ups that could not be delivered and wait for somebody to look at them.",
            [([:], Double(outbox.dead))]
        )
    }

    private static func add(
        _ workers: [WorkerOverview],
        _ autoscaler: AutoscalerOverview,
        to metrics: inout MetricsText
    ) {
        let draining = workers.filter(\.isDraining)
        let working = workers.filter { !$0.isDraining }
        metrics.gauge(
            "levee_workers",
            "Workers that have shown themselves lately.",
            [(["state": "working"], Double(working.count)), (["state": "draining"], Double(draining.count))]
        )
        let slots = working.reduce(0) { $0 + $1.slots }
        let busy = working.reduce(0) { $0 + min($1.slots, $1.running.count) }
        metrics.gauge(
            "levee_fleet_slots",
            "Slots of the workers that take jobs; a busy one runs a job.",
            [(["state": "busy"], Double(busy)), (["state": "idle"], Double(slots - busy))]
        )
        metrics.gauge(
            "levee_workers_desired",
            "Workers there should be, by the autoscaler; missing while none leads.",
            autoscaler.desired.map { [(labels: MetricLabels(), value: Double($0))] } ?? []
        )
    }
}

extension DurationCounts {
    /// The counts as Prometheus has them, in seconds.
    fileprivate var histogram: MetricsText.Histogram {
        MetricsText.Histogram(
            bounds: Self.bounds.map { Double($0) / 1_000 },
            counts: counts,
            sum: total.inSeconds
        )
    }
}
