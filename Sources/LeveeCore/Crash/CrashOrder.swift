// The order to die at a crash point, and how it is carried out.

#if DEBUG
    import Synchronization

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #elseif canImport(Darwin)
        import Darwin
    #endif

    /// At which point this process is to die, and on which arrival there.
    package struct CrashOrder: Sendable, Equatable {
        package var point: CrashPoint
        /// From 1.
        package var arrival: Int

        /// Reads `submit.stored`, or `submit.stored:3` for the third arrival; `nil` if it is neither.
        package init?(_ text: String) {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let point = parts.first.flatMap({ CrashPoint(rawValue: String($0)) }) else { return nil }
            self.point = point
            arrival = 1
            if parts.count == 2 {
                guard let number = Int(parts[1]), number >= 1 else { return nil }
                arrival = number
            }
        }

        /// The order of this process, and how many arrivals are left.
        private static let armed = Mutex<(order: CrashOrder, left: Int)?>(nil)

        /// Has this process die as ordered.
        package func arm() {
            Self.armed.withLock { $0 = (self, arrival) }
        }

        /// Counts an arrival, and dies if it is the one.
        static func note(_ point: CrashPoint) {
            let due = armed.withLock { armed -> CrashOrder? in
                guard let (order, left) = armed, order.point == point else { return nil }
                armed = (order, left - 1)
                return left == 1 ? order : nil
            }
            due?.carryOut()
        }

        /// Ends the process with no chance to tidy up; a line on standard error says where.
        private func carryOut() -> Never {
            let line = Array("levee: dying at \(point.rawValue), arrival \(arrival)\n".utf8)
            _ = write(STDERR_FILENO, line, line.count)
            kill(getpid(), SIGKILL)
            while true { pause() }
        }
    }
#endif
