// Everything that can be wrong with the layout, in words: what it means, and what a repair does about it.

extension Finding.Code {
    /// What is wrong.
    ///
    /// - Parameter detail: What the script adds to the code: a field, a type, a queue, figures.
    /// - Returns: A sentence without its subject, such as `runs without a lease`.
    func words(_ detail: String) -> String {
        switch self {
        case .broken: "lacks what it needs to run or to be shown, or holds what makes no sense: \(detail)"
        case .log: "has a log that does not end in its state and version"
        case .noExpiry: "would never be forgotten: its hash has no expiry"
        case .wrongExpiry: "does not live as long as it says"
        case .payloadLost: "has lost its payload"
        case .payloadExpiry: "has a payload that does not live as long as the job"
        case .payloadOrphan: "has left a payload that belongs to nothing"
        case .resultLost: "has succeeded, but its result is lost"
        case .resultExpiry: "has a result that does not live as long as the job"
        case .resultOrphan: "has left a result that belongs to nothing"
        case .idemLost: "has an idempotency key that is gone or another job's: sent again, it would run again"
        case .idemExpiry: "has an idempotency key that does not live as long as the job"
        case .notInLine: "is queued but not in line: no worker would ever take it"
        case .twiceInLine: "stands in line more than once: it is counted twice"
        case .noLease: "runs without a lease: nobody would notice if its worker were lost"
        case .leaseTooLong: "has a lease of more than a day: the loss of its worker would go unnoticed"
        case .leaseNotRunning: "has a lease although it does not run"
        case .leaseOfNothing: "is gone, but still has a lease"
        case .noSchedule: "is scheduled, but nothing says when: it would never be put in line"
        case .wrongDue: "would be put in line at another time than it says"
        case .scheduleNotScheduled: "has a due time although it is not scheduled"
        case .scheduleOfNothing: "is gone, but still has a due time"
        case .noDeadline: "has no deadline: it might start after its time to start is over"
        case .lateDeadline: "has a deadline after its time to start is over"
        case .deadlineOfEnded: "has ended, but still has a deadline"
        case .deadlineOfNothing: "is gone, but still has a deadline"
        case .noDeadLetter: "has failed for good, but is no dead letter, or one that is forgotten at another time"
        case .deadNotFailed: "is a dead letter of queue \(detail), but no failed job of it"
        case .deadOfNothing: "is gone, but still a dead letter of queue \(detail)"
        case .unlistedQueue: "is in use, but unknown to the tick: nothing in it expires or wakes a worker"
        case .wakeUps: "has more than one wake-up"
        case .recent: "remembers more than a thousand jobs that have ended"
        case .noNumber: "has a figure that is no number: \(detail)"
        case .wrongFigure: "has a wrong figure: \(detail)"
        case .workerExpiry: "would be remembered for ever: its hash has no expiry"
        case .workerUnlisted: "shows itself, but is missing in the list of workers"
        case .workerOfNothing: "is listed, but nothing is known of it"
        case .deliveryOfNothing: "is listed, but nothing is known of it"
        case .deliveryListing: "is not listed as either due or dead: nobody would deliver it, or everybody"
        case .deliveryLost: "has no job any more, so there is nothing to deliver"
        case .deliveryOutlives: "lives longer than its job, which it needs"
        case .lasting: "has no expiry: it would stay for ever"
        case .meta: "lacks \(detail), by which all processes go"
        case .foreignIDs: "holds another secret than ids were signed with: front ends answer 404 for \(detail)"
        case .wrongType: "is a \(detail), which nothing can work with"
        case .keyExpires: "has an expiry: all that it holds would be lost"
        case .idemLasting: "has no expiry: the idempotency key would stay used for ever"
        case .unknownKey: "is no key of Levee's (a \(detail))"
        }
    }

    /// What a repair does.
    ///
    /// - Parameter detail: What the script adds to the code.
    /// - Returns: A phrase that begins with a verb, or `nil` if nothing can be done.
    func remedy(_ detail: String) -> String? {
        switch self {
        case .broken where detail.split(separator: " ").contains { $0.hasPrefix("r") && $0 != "rt" }: nil
        case .broken: "end it as failed, or forget it in a day if not even queue and state are known"
        case .noExpiry, .wrongExpiry, .payloadExpiry, .resultExpiry, .idemExpiry:
            "let it live as long as the job says, or a day if that is over"
        case .payloadOrphan, .resultOrphan, .idemLasting: "forget it in a day"
        case .idemLost: "let the job go on without it"
        case .notInLine: "put it to the front of its line"
        case .twiceInLine: "leave it its first place in line only"
        case .noLease, .leaseTooLong: "give it a lease that is over, so that the next tick asks after its worker"
        case .leaseNotRunning, .leaseOfNothing: "take the lease away"
        case .noSchedule, .wrongDue: "schedule it for the time it says"
        case .scheduleNotScheduled, .scheduleOfNothing: "take the due time away"
        case .noDeadline, .lateDeadline: "set the deadline it says"
        case .deadlineOfEnded, .deadlineOfNothing: "take the deadline away"
        case .noDeadLetter: "keep it as a dead letter for as long as it lives"
        case .deadNotFailed, .deadOfNothing: "take it off the dead letters"
        case .unlistedQueue: "make the queue known"
        case .wakeUps: "leave one"
        case .recent: "forget the oldest"
        case .noNumber: "drop it and count anew"
        case .wrongFigure: "count anew, if the jobs are few enough"
        case .workerExpiry: "forget it in 15 seconds unless it shows itself"
        case .workerUnlisted: "list it"
        case .workerOfNothing: "take it off the list"
        case .deliveryOfNothing: "take it off the lists"
        case .deliveryListing: "deliver it now"
        case .deliveryLost: "forget it"
        case .deliveryOutlives: "let the job live as long"
        case .lasting: "let it live for 14 days more"
        case .meta where detail.hasPrefix("its own"): nil
        case .meta: "put back what this process began with"
        case .keyExpires: "take the expiry away"
        case .log, .payloadLost, .resultLost, .foreignIDs, .wrongType, .unknownKey: nil
        }
    }
}
