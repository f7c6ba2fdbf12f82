// What the addresses of a lease say.

import Hummingbird
import LeveeCore

/// A lease, and what the answer to its claim has put into its links, so that any front end can go on with it. Only the fence has
/// to be there.
struct LeaseAddress: Sendable {
    let lease: Lease
    /// The name under which it is held.
    let worker: String
    /// How long it lasts from a heartbeat on.
    let duration: Duration
    /// When it was claimed, by the clock of a front end.
    let since: Timestamp?

    init(lease: Lease, worker: String, duration: Duration, since: Timestamp) {
        self.lease = lease
        self.worker = worker
        self.duration = duration
        self.since = since
    }

    /// Reads a request's.
    init(_ id: JobID, _ request: Request, standard duration: Duration) throws(Problem) {
        let query = AdminQuery(request: request)
        guard let fence = try query.number("fence", 1...Int.max) else {
            throw .badQuery("fence", "is missing; take the links of the lease as they are")
        }
        lease = Lease(id: id, fence: fence)
        worker = try query.name("worker") ?? "\(OutsideWorker.standardName)-\(id)"
        let range = LeaseOrder.leases
        self.duration = try query.number("lease", range).map { .seconds($0) } ?? duration
        since = try query.number("since", 0...Int.max).map { Timestamp(milliseconds: Int64($0)) }
    }

    /// The address of something that belongs to it, such as one of the actions.
    func path(to name: String) -> String {
        let since = since.map { "&since=\($0.milliseconds)" } ?? ""
        return "/leases/\(lease.id)/\(name)?fence=\(lease.fence)&worker=\(worker)"
            + "&lease=\(duration.components.seconds)\(since)"
    }
}

/// What can be done with a lease.
enum LeaseAction: String, CaseIterable {
    case heartbeat, progress, succeed, fail, release
}
