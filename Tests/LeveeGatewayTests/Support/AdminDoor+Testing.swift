// Admin doors on a store in memory.

import LeveeCore
import LeveeTesting
import Logging

@testable import LeveeGateway

extension AdminDoor {
    /// A door that knows of one store only.
    init(
        testing store: InMemoryStore,
        blobs: BlobKeeper? = nil,
        leases: LeaseConfiguration = LeaseConfiguration(),
        keys: APIKeyRing = APIKeyRing(),
        now: @escaping @Sendable () -> Timestamp
    ) {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        self.init(
            store: store,
            fleet: store,
            memory: MemoryWatch(upkeep: store, threshold: 90, logger: logger),
            blobs: blobs,
            leases: leases,
            keys: keys,
            logger: logger,
            now: now
        )
    }
}
