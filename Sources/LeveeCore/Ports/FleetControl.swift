// The port through which an autoscaler moves a fleet.

/// Starts and drains the workers of a fleet.
public protocol FleetControl: Sendable {
    /// Brings the fleet to a number of workers: starts what is missing, lets others end what they run and go.
    ///
    /// Returns once that is under way; workers that drain may live on for as long as their jobs take. Asking for the same
    /// number again replaces workers that have died.
    ///
    /// - Parameter workers: The number, at least 0.
    /// - Throws: ``FleetControlError`` if the fleet could not be moved; trying again later is harmless.
    func scale(to workers: Int) async throws(FleetControlError)
}

/// Why a fleet could not be moved.
public struct FleetControlError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What went wrong, in one line.
    public let description: String

    /// Creates an error.
    ///
    /// - Parameter description: What went wrong, in one line.
    public init(_ description: String) {
        self.description = description
    }
}
