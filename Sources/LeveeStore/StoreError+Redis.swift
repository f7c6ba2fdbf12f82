// What a failure of Redis means for the one who called a port.

import LeveeCore
import LeveeRedis

extension StoreError {
    /// Translates what the client reports.
    init(_ error: RedisError) {
        switch error {
        case .unavailable(let reason): self = .unavailable(reason)
        case .closed: self = .unavailable("the connection to Redis is shut down")
        case .unknownOutcome(let reason), .protocolViolation(let reason): self = .unknownOutcome(reason)
        case .canceled: self = .unknownOutcome("the caller gave up before Redis had answered")
        case .server(let answer):
            switch answer.code {
            case "LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN": self = .unavailable(answer.message)
            case "OOM", "MISCONF", "READONLY", "NOREPLICAS", "NOPERM", "NOAUTH": self = .refused(answer.message)
            default: self = .unexpectedReply(answer.message)
            }
        }
    }
}
