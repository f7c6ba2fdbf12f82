// What tells the samples of a metric apart.

/// Names and values of labels, in the order in which they are shown.
public struct MetricLabels: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One label.
    public struct Label: Sendable, Hashable {
        public let name: String
        public let value: String
    }

    public let labels: [Label]

    /// Creates labels of which there are none.
    public init() { labels = [] }

    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements)
    }

    /// Labels as swift-metrics calls them: dimensions.
    init(_ dimensions: [(String, String)]) {
        labels = dimensions.map { Label(name: $0.0, value: $0.1) }
    }

    var dimensions: [(String, String)] { labels.map { ($0.name, $0.value) } }
}
