// How a reading for the scaling law is made from an overview of the deployment.

extension ScalingFigures {
    /// Takes what the scaling law needs out of an overview.
    ///
    /// Workers that drain do not count, nor do those of other queues. Nor do the oldest and the next job of a paused queue:
    /// no worker could help them.
    ///
    /// - Parameters:
    ///   - overview: What the store showed.
    ///   - rules: The queues that the fleet serves.
    ///   - age: How old the overview is by now.
    ///   - obstacle: Why more workers would not help; `nil` if they would.
    public init(
        _ overview: FleetOverview,
        serving rules: [QueueRules],
        age: Duration = .zero,
        obstacle: String? = nil
    ) {
        let served = Dictionary(rules.map { ($0.name, $0) }) { first, _ in first }
        var queues: [String: QueueLoad] = [:]
        var oldest: Timestamp?
        var nextDue: Timestamp?
        for queue in overview.queues {
            guard let rules = served[queue.name] else { continue }
            queues[queue.name] = QueueLoad(
                queue.figures,
                due: queue.due,
                concurrency: rules.concurrency,
                rate: rules.rate
            )
            guard !queue.figures.isPaused else { continue }
            if let ready = queue.oldestReady { oldest = min(oldest ?? ready, ready) }
            if let due = queue.nextDue { nextDue = min(nextDue ?? due, due) }
        }
        self.init(
            time: overview.time,
            age: age,
            queues: queues,
            oldestReady: oldest.map { max(.zero, overview.time - $0) },
            nextDue: nextDue,
            workers: overview.workers(taking: rules),
            manualTarget: overview.autoscaler.manualTarget,
            obstacle: obstacle
        )
    }
}

extension FleetOverview {
    /// How many workers take jobs of a fleet: they serve one of its queues, and do not drain.
    ///
    /// - Parameter rules: The queues that the fleet serves.
    /// - Returns: The number of workers. Those of other fleets on the same store are not among them.
    public func workers(taking rules: [QueueRules]) -> Int {
        let names = Set(rules.map(\.name))
        return workers.count { !$0.isDraining && !names.isDisjoint(with: $0.queues) }
    }
}
