// Waiting for what must come true, but not for ever.

/// What did not come true.
package struct NeverHappened: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) {
        self.description = description
    }
}

/// Polls until `condition` holds; throws when it does not in time.
package func eventually(
    _ what: @autoclosure () -> String = "the condition",
    within limit: Duration = .seconds(60),
    file: StaticString = #fileID,
    line: UInt = #line,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw NeverHappened(description: "never happened: \(what()), awaited at \(file):\(line)")
}
