// What the load asks for, in slots.

/// The slots that a reading asks for, and the totals that explain it.
struct ScalingDemand: Equatable {
    /// Jobs that wait.
    private(set) var ready = 0
    /// Jobs that come in a second.
    private(set) var arrivalsPerSecond = 0.0
    /// Slots that keep up with the arrivals and drain the backlog within the target.
    private(set) var slots = 0.0
    /// Whether a queue is held back by its own cap, so that its waiting says nothing about the fleet.
    private(set) var isCapped = false
    private var assumed: Duration
    private var weight = 0.0
    private var weighedService = 0.0

    /// Adds up the queues, each with its own rates: ten thumbnails and ten films are not twenty jobs of the mean length.
    ///
    /// By Little's law arrivals keep `rate x service time` slots busy; those are to be no more than the policy's share of
    /// all, or the line grows by chance alone. On top comes what drains the backlog within the target wait.
    init(of figures: ScalingFigures, rates: [String: ScalingRates], policy: ScalingPolicy) {
        assumed = policy.assumedService
        for (name, load) in figures.queues where !load.isPaused {
            let rates = rates[name] ?? ScalingRates()
            let service = rates.serviceSeconds(assuming: policy.assumedService)
            let arriving = rates.arrivalsPerSecond * service / policy.utilization
            let waiting = Double(load.ready) * service / policy.targetWait.inSeconds
            let cap = load.concurrency.map(Double.init) ?? .infinity
            // What a rate lets start keeps so many slots busy; more would stand idle.
            let paced = load.rate.map { $0.perSecond * service / policy.utilization } ?? .infinity
            slots += min(arriving + waiting, cap, paced)
            isCapped = isCapped || (load.ready > 0 && Double(load.inFlight) >= min(cap, paced.rounded(.down)))
            ready += load.ready
            arrivalsPerSecond += rates.arrivalsPerSecond
            weight += rates.arrivalsPerSecond + Double(load.ready)
            weighedService += (rates.arrivalsPerSecond + Double(load.ready)) * service
        }
    }

    /// The slots that must be to spare before a fleet shrinks: the dead band, or half the square root of the demand where
    /// that is more, since chance moves a small load by more than a tenth.
    ///
    /// - Parameter share: The dead band, as a share of the demand.
    /// - Returns: Slots, on top of ``slots``.
    func spareSlots(deadBand share: Double) -> Double { max(share * slots, slots.squareRoot() / 2) }

    /// How long the jobs take in the mean, in seconds: those that wait and those that come, over all queues.
    var serviceSeconds: Double { weight > 0 ? weighedService / weight : assumed.inSeconds }
}
