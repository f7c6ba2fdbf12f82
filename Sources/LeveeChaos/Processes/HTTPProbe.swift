// Asks a front end whether it is ready.

import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// One front end's readiness.
struct HTTPProbe: Sendable {
    let port: Int

    var isReady: Bool {
        get async {
            let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/readyz")
            let answer = try? await HTTPClient.shared.execute(request, timeout: .seconds(1))
            return answer?.status == .ok
        }
    }
}
