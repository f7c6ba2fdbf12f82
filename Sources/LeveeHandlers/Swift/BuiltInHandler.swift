// The handlers that come with Levee, for trying things out and for tests.

import LeveeCore
public import LeveeWorker

/// The handlers that need no configuration, by name.
public enum BuiltInHandler: String, Sendable, CaseIterable {
    /// `{"number": n}` becomes `{"square": n * n}`.
    case square
    /// The payload comes back as it is.
    case echo
    /// `{"seconds": s}` takes that long.
    case sleep
    /// Fails as it is told.
    case fail

    /// What runs the jobs.
    public var handler: any PayloadHandler {
        switch self {
        case .square: SquareHandler()
        case .echo: EchoHandler()
        case .sleep: CodableHandler(SleepHandler())
        case .fail: CodableHandler(FailHandler())
        }
    }
}
