// What the gateway's routes know of a request beside itself.

import Hummingbird
import LeveeCore

/// The context of one request.
struct GatewayContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who sent it.
    var tenant = Tenant.standard

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}
