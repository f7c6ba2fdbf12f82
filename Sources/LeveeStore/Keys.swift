// The names of keys in one place; `docs/redis-layout.md` says what each holds.

import LeveeCore

/// The keys of one partition. All begin with `levee:{tag}:`, so that a cluster keeps them in one slot.
struct Keys: Sendable {
    /// What every key begins with.
    let prefix: String

    init(tag: String) {
        prefix = "levee:{\(tag)}:"
    }

    func job(_ id: JobID) -> String { "\(prefix)j:\(id.text)" }
    func payload(_ id: JobID) -> String { "\(prefix)p:\(id.text)" }
    func result(_ id: JobID) -> String { "\(prefix)r:\(id.text)" }
    func delivery(_ id: DeliveryID) -> String { "\(prefix)o:\(id.text)" }
    func stats(_ queue: String) -> String { "\(prefix)stats:\(queue)" }
    func wake(_ queue: String) -> String { "\(prefix)wake:\(queue)" }
    var events: String { "\(prefix)events" }

    /// The queue whose wake-ups lie under a key.
    func queue(ofWake key: String) -> String { String(key.dropFirst(prefix.count + "wake:".count)) }
}
