// Everything that can be wrong with the layout, in tokens.

extension Finding {
    /// What kind of thing is wrong. The raw values are what `examination.lua` answers and what programs read.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        // A job by itself.
        case broken
        case log
        case noExpiry = "no-expiry"
        case wrongExpiry = "wrong-expiry"
        case payloadLost = "payload-lost"
        case payloadExpiry = "payload-expiry"
        case payloadOrphan = "payload-orphan"
        case resultLost = "result-lost"
        case resultExpiry = "result-expiry"
        case resultOrphan = "result-orphan"
        case idemLost = "idem-lost"
        case idemExpiry = "idem-expiry"

        // A job and what names it.
        case notInLine = "not-in-line"
        case twiceInLine = "twice-in-line"
        case noLease = "no-lease"
        case leaseTooLong = "lease-too-long"
        case leaseNotRunning = "lease-not-running"
        case leaseOfNothing = "lease-of-nothing"
        case noSchedule = "no-schedule"
        case wrongDue = "wrong-due"
        case scheduleNotScheduled = "schedule-not-scheduled"
        case scheduleOfNothing = "schedule-of-nothing"
        case noDeadline = "no-deadline"
        case lateDeadline = "late-deadline"
        case deadlineOfEnded = "deadline-of-ended"
        case deadlineOfNothing = "deadline-of-nothing"
        case noDeadLetter = "no-dead-letter"
        case deadNotFailed = "dead-not-failed"
        case deadOfNothing = "dead-of-nothing"

        // A queue.
        case unlistedQueue = "unlisted-queue"
        case wakeUps = "wake-ups"
        case recent
        case noNumber = "no-number"
        case wrongFigure = "wrong-figure"

        // A worker.
        case workerExpiry = "worker-expiry"
        case workerUnlisted = "worker-unlisted"
        case workerOfNothing = "worker-of-nothing"

        // A delivery.
        case deliveryOfNothing = "delivery-of-nothing"
        case deliveryListing = "delivery-listing"
        case deliveryLost = "delivery-lost"
        case deliveryOutlives = "delivery-outlives"

        // Any other key.
        case meta
        case foreignIDs = "foreign-ids"
        case wrongType = "wrong-type"
        case keyExpires = "key-expires"
        case idemLasting = "idem-lasting"
        case lasting
        case unknownKey = "unknown-key"
    }
}
