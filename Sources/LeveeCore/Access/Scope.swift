// What an API key is good for.

/// A part of what a deployment offers; a key has some of them (RFC 6750 section 3).
public enum Scope: String, Sendable, Hashable, CaseIterable {
    /// Handing jobs in, and calling them off.
    case submit
    /// Looking at jobs and their results.
    case read
    /// Taking jobs and settling them.
    case work
    /// The admin door: all jobs of all tenants, queues and workers.
    case admin
}
