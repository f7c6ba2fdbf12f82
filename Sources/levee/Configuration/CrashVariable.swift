// LEVEE_CRASH_AT: has a debug build die at a named point.

#if DEBUG
    import LeveeCore

    extension CrashOrder {
        /// The environment variable that orders a crash.
        private static let variable = "LEVEE_CRASH_AT"

        /// Obeys the variable, if it is there.
        static func obey(_ environment: [String: String]) throws(ConfigurationError) {
            guard let text = environment[variable] else { return }
            guard let order = CrashOrder(text) else {
                let points = CrashPoint.allCases.map(\.rawValue).joined(separator: ", ")
                throw ConfigurationError(
                    at: .variable(variable),
                    "there is no crash point \(LineText.quoted(text)); give one of \(points), and \":3\" after it for "
                        + "the third arrival there"
                )
            }
            order.arm()
        }
    }
#endif
