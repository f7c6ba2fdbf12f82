// POST /leases: an outside worker asks for work, and waits for it.

import Foundation
import HTTPTypes
import Hummingbird
import LeveeCore
import LeveeTracing
import Logging

/// Leases jobs to workers that speak HTTP, by long polls.
struct ClaimRoute: Sendable {
    /// From how many bytes of payloads on an answer gets no further job.
    private static let enoughBytes = 1 << 20

    let configuration: LeaseConfiguration
    /// What a body has to look like.
    let form: JSONBody
    let leasing: any JobLeasing
    let desk: LeaseDesk
    let workers: OutsideWorkers
    let budget: PayloadBudget
    let now: @Sendable () -> Timestamp

    /// A job, and the name under which it was claimed.
    private struct Taken: Sendable {
        let job: LeasedJob
        let worker: OutsideWorker
    }

    var endpoint: Endpoint {
        Endpoint(method: .post, path: "/leases", scopes: [.work], operation: .claimLeases(form), handler: claim)
    }

    @Sendable
    private func claim(_ request: Request, context: GatewayContext) async throws -> Response {
        let json = try await form.read(request, budget: budget)
        let order = LeaseOrder(json, known: configuration.queues, standard: configuration.lease)
        let client = await context.client()
        let worker = order.worker.named()
        var taken = try await take(order, as: worker)
        if taken.isEmpty, order.wait > .zero { taken = try await wait(order, as: worker, at: client) }
        if client.hasLeft || Task.isCancelled {
            await giveBack(taken, context.logger)
            taken = []
        }
        for taken in taken {
            workers.note(taken.worker)
            context.logger.debug(
                "attempt started",
                metadata: taken.job.logged().merging(["worker": "\(taken.worker.name)"]) { $1 }
            )
            await show(taken.worker.heartbeat([(taken.job.lease, nil)], lease: order.lease), context.logger)
        }
        return answer(taken, order)
    }

    /// Waits for a wake-up, and claims; a worker that waits shows itself.
    private func wait(
        _ order: LeaseOrder,
        as worker: OutsideWorker,
        at client: ClientConnection
    ) async throws -> [Taken] {
        let deadline = ContinuousClock.now + order.wait
        let taken = try await desk.stay(for: order.worker.queues, at: client) { stay in
            var nextBeat = ContinuousClock.now
            while true {
                if .now >= nextBeat {
                    let shown = configuration.lease
                    _ = try? await leasing.beat(worker.heartbeat([], slots: order.limit, lease: shown))
                    nextBeat = .now + shown
                }
                let calls = try await stay.calls(until: min(deadline, nextBeat))
                if calls.contains(.leaving) || client.hasLeft { return [Taken]() }
                if let wakeUp = stay.takeWakeUp() {
                    do {
                        let taken = try await take(order, as: worker)
                        if !taken.isEmpty { return taken }
                    } catch {
                        await desk.pass(wakeUp)
                        throw error
                    }
                }
                if .now >= deadline { return [] }
            }
        }
        if taken.isEmpty { _ = await shielded { [leasing] in try? await leasing.leave(worker: worker.name) } }
        return taken
    }

    /// Claims jobs one by one, each under a name of its own.
    private func take(_ order: LeaseOrder, as worker: OutsideWorker) async throws(StoreError) -> [Taken] {
        var taken: [Taken] = []
        var bytes = 0
        while taken.count < order.limit, bytes < Self.enoughBytes {
            let worker = taken.isEmpty ? worker : order.worker.named()
            let first = Int.random(in: 0..<order.queues.count)
            let request = ClaimRequest(
                worker: worker.name,
                // None waits for another to be empty.
                queues: Array(order.queues[first...] + order.queues[..<first]),
                limit: 1,
                lease: order.lease,
                isIdle: order.isIdle && taken.isEmpty
            )
            // A claim that is under way is heard to its end: somebody has to give back what it brings.
            let claimed = await shielded { [leasing] in
                await Result { () async throws(StoreError) in try await leasing.claim(request) }
            }
            guard case .success(let jobs) = claimed else {
                if taken.isEmpty { _ = try claimed.get() }
                break
            }
            guard let job = jobs.first else { break }
            guard let payload = job.payload else {
                do throws(StoreError) {
                    try await bury(job)
                } catch {
                    // What was taken before it is not forgotten for it.
                    if taken.isEmpty { throw error }
                    break
                }
                continue
            }
            bytes += payload.bytes.count
            taken.append(Taken(job: job, worker: worker))
            if job.runsAlone { break }
        }
        return taken
    }

    /// Ends a job whose payload the store has lost.
    private func bury(_ job: LeasedJob) async throws(StoreError) {
        let outcome = Settlement.Outcome.failed(.payloadLost, retryAfter: .zero)
        let settlement = Settlement(lease: job.lease, outcome: outcome, busy: .zero)
        _ = try await leasing.settle([settlement], claiming: nil)
    }

    /// Gives back what a client has not waited for; if that fails the leases run out.
    private func giveBack(_ taken: [Taken], _ logger: Logger) async {
        guard !taken.isEmpty else { return }
        await shielded { [leasing] in
            do throws(StoreError) {
                try await leasing.release(taken.map(\.job.lease), by: nil)
                for taken in taken { try await leasing.leave(worker: taken.worker.name) }
            } catch {
                logger.warning(
                    "Jobs of a worker that has left run again when their leases end",
                    metadata: ["jobs": "\(taken.count)", "error": "\(error)"]
                )
            }
        }
    }

    /// Shows a worker to the others; the lease is as good without.
    private func show(_ beat: Heartbeat, _ logger: Logger) async {
        do throws(StoreError) {
            _ = try await leasing.beat(beat)
        } catch {
            logger.debug("A worker could not be shown", metadata: ["worker": "\(beat.worker)", "error": "\(error)"])
        }
    }

    private func answer(_ taken: [Taken], _ order: LeaseOrder) -> Response {
        PassingAnswer.json { json in
            json.name("leases")
            json.array { json in for taken in taken { write(taken, order, to: &json) } }
        }
    }

    private func write(_ taken: Taken, _ order: LeaseOrder, to json: inout JSONWriter) {
        let job = taken.job
        let address = LeaseAddress(
            lease: job.lease,
            worker: taken.worker.name,
            duration: order.lease,
            since: now()
        )
        json.object { json in
            json.member("id", job.lease.id.text)
            json.member("fence", job.lease.fence)
            json.member("worker", taken.worker.name)
            json.member("type", job.type)
            json.member("queue", job.queue)
            json.member("priority", job.priority.name)
            json.member("attempt", job.attempt)
            json.member("maxAttempts", job.maxAttempts)
            json.member("createdAt", job.createdAt.rfc3339)
            json.member("alone", job.runsAlone)
            json.member("traceparent", job.trace?.traceparent)
            json.member("tracestate", job.trace.flatMap { $0.state.isEmpty ? nil : $0.state })
            json.name("leaseSeconds")
            json.seconds(order.lease)
            json.name("timeoutSeconds")
            if let type = configuration.jobTypes[job.type] { json.seconds(type.timeout) } else { json.null() }
            json.member("contentType", job.payload?.mediaType)
            let isApart = job.payload?.blob != nil
            json.member("payload", isApart ? nil : Data(job.payload?.bytes ?? []).base64EncodedString())
            json.name("links")
            json.object { json in
                for action in LeaseAction.allCases { json.member(action.rawValue, address.path(to: action.rawValue)) }
                if isApart { json.member("download", address.path(to: "payload")) }
            }
        }
    }
}
