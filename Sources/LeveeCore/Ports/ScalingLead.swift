// The port through which autoscalers agree on one of them, and operators overrule it.

/// Gives the right to scale the fleet to one autoscaler at a time.
public protocol ScalingLead: Sendable {
    /// Takes the lead if nobody has it, keeps it if the caller does.
    ///
    /// - Parameters:
    ///   - name: The name of the autoscaler, unlike that of any other.
    ///   - duration: How long the lead lasts without another call.
    /// - Returns: The name of the one that leads now.
    /// - Throws: ``StoreError`` if the store was not reached: then nobody knows who leads.
    func lead(as name: String, for duration: Duration) async throws(StoreError) -> String

    /// Tells everybody what was decided.
    ///
    /// - Parameters:
    ///   - verdict: The decision.
    ///   - name: The name of the autoscaler; if it does not lead any more, nothing is told.
    /// - Throws: ``StoreError`` if the store was not reached.
    func announce(_ verdict: ScalingVerdict, as name: String) async throws(StoreError)

    /// Gives up the lead, if the caller has it, so that another need not wait for its end.
    func resign(as name: String) async throws(StoreError)

    /// Sets the number of workers by hand: every autoscaler holds the fleet there.
    ///
    /// - Parameter workers: The number, at least 0; `nil` leaves the number to the law again.
    /// - Throws: ``StoreError`` if the store was not reached.
    func setManualTarget(_ workers: Int?) async throws(StoreError)
}
