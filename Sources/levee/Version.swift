// The version of Levee.

/// What `levee --version` says.
enum Version {
    /// The version, by semver.org.
    static let current = "0.1.0"
}
