// What a fault proxy does to the traffic that goes through it.

/// How a fault proxy treats bytes.
package enum ProxyMode: Equatable, Sendable {
    /// Passes them on.
    case pass
    /// Passes on so many bytes of each connection, both ways together, then resets it.
    case reset(afterBytes: Int)
    /// Accepts connections and swallows what comes. A connection that has lost bytes stays dead in later modes as well: nobody
    /// is told of its end, as behind a firewall that forgot it.
    case blackhole
    /// Passes them on slowly.
    case slow(bytesPerSecond: Int)
    /// Passes them on in little pieces of random sizes up to the largest.
    case sliced(largest: Int)
}
