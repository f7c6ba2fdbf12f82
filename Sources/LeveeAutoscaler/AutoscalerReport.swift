// What an autoscaler tells its operator.

public import LeveeCore

/// One line for the operator.
public enum AutoscalerReport: Sendable, Equatable {
    /// It begins, and nothing of what it says will be done.
    case rehearsing
    /// It begins, and others go by what it announces.
    case publishing
    /// It leads from now on.
    case leading
    /// Another one leads.
    case following(leader: String)
    /// The store does not answer; said once until it does.
    case storeAway(StoreError)
    /// The law was asked.
    case verdict(ScalingVerdict)
    /// The fleet is told to go from the workers that were found to another number of them, or to replace those missing.
    case moving(found: Int, desired: Int)
    /// The fleet has been told.
    case moved(desired: Int)
    /// The fleet could not be told; it will not be tried again before the pause is over.
    case failed(desired: Int, FleetControlError, pause: Duration)
    /// The call to the fleet was given up, at a shutdown or because another autoscaler may lead by now.
    case abandoned(desired: Int)
}

extension AutoscalerReport: CustomStringConvertible {
    /// The line, without an end.
    public var description: String {
        switch self {
        case .rehearsing: "dry run: nothing of this is done"
        case .publishing: "publishing: how many workers there are is up to others"
        case .leading: "leading"
        case .following(let leader): "waiting: \(leader) leads"
        case .storeAway(let error): "waiting for the store: \(error)"
        case .verdict(let verdict): verdict.reason
        case .moving(let found, let desired): "scaling to \(desired), found \(found)"
        case .moved(let desired): "scaled to \(desired)"
        case .failed(let desired, let error, let pause):
            "scaling to \(desired) failed: \(error); again in \(pause.components.seconds) s"
        case .abandoned(let desired): "scaling to \(desired) was given up"
        }
    }
}
