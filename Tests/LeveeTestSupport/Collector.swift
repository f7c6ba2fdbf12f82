// Values that several tasks have come by.

import NIOConcurrencyHelpers

/// Collects values from several tasks.
package final class Collector<Element: Sendable>: Sendable {
    private let storage = NIOLockedValueBox<[Element]>([])

    package init() {}

    package var all: [Element] { storage.withLockedValue { $0 } }

    package func add(_ element: Element) { storage.withLockedValue { $0.append(element) } }
}
