// A sign of life from what takes longer than it should.

/// Says what is waited for.
enum Waiting {
    /// How long nothing is said.
    private static let silence = Duration.seconds(2)
    /// How often it is said again where no line can be rewritten.
    private static let interval = Duration.seconds(10)

    /// Says each second how long something has been waited for, until the task is canceled.
    ///
    /// - Parameters:
    ///   - what: What is waited for, in a few words.
    ///   - line: Where to say it.
    static func tell(of what: String, _ line: LiveLine) async {
        let start = ContinuousClock.now
        let patience = Patience(interval)
        guard (try? await Task.sleep(for: silence)) != nil else { return }
        while true {
            let seconds = (ContinuousClock.now - start).components.seconds
            line.show(
                "waiting for \(what), \(seconds) s",
                isDue: seconds <= silence.components.seconds || patience.isOver()
            )
            guard (try? await Task.sleep(for: .seconds(1))) != nil else { return line.clear() }
        }
    }
}
