// Authors every URL that Levee hands out; nobody else puts paths together.

import Hummingbird
import LeveeCore

/// The absolute URLs of jobs as one client sees them.
struct Links: Sendable, Equatable {
    /// Scheme and authority, and a path where the public URL has one; without a slash at the end.
    let base: String
    /// Where the jobs of a route are, and how their states are called there.
    var route: RouteView?

    init(base: String) {
        self.base = base
    }

    /// Takes the configured public URL, or else the authority under which the client has reached the server.
    ///
    /// - Throws: ``Problem`` if the request does not say where it was sent to.
    init(for request: Request, publicURL: String?) throws {
        if let publicURL {
            base = publicURL
        } else if let authority = request.head.authority {
            base = "http://" + authority
        } else {
            throw Problem.missingHost
        }
    }

    /// The resources of one job.
    enum Target {
        /// The status endpoint, which redirects to the result once there is one.
        case job
        /// The monitor, which never redirects.
        case monitor
        case result
        case cancel
        case events
        case history

        /// What stands before and after the job's id in the path.
        var path: (prefix: String, suffix: String) {
            switch self {
            case .job: ("/jobs/", "")
            case .monitor: ("/operations/", "")
            case .result: ("/resources/", "")
            case .cancel: ("/jobs/", "/cancel")
            case .events: ("/jobs/", "/events")
            case .history: ("/jobs/", "/history")
            }
        }
    }

    /// What stands before and after the job's id in the path.
    private func path(_ target: Target) -> (prefix: String, suffix: String) {
        switch target {
        case .job: route?.statusPath?.affixes ?? target.path
        case .result: route?.resourcePath?.affixes ?? target.path
        case .monitor, .cancel, .events, .history: target.path
        }
    }

    /// How a state is called.
    func statusName(_ state: JobState) -> String {
        route?.statuses.name(state, isSubmit: route?.isSubmit ?? false) ?? state.rawValue
    }

    /// The URL as a header field carries it.
    func url(_ target: Target, of id: JobID) -> String {
        let (prefix, suffix) = path(target)
        return base + prefix + id.text + suffix
    }

    /// The URL as the value of a JSON member.
    func write(_ target: Target, of id: JobID, to json: inout JSONWriter) {
        let (prefix, suffix) = path(target)
        json.string(base, prefix, id.text, suffix)
    }
}
