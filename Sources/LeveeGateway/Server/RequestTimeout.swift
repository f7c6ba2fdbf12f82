// The error of a body that takes too long.

/// Thrown into the reading of a request's body when its time is up.
struct RequestTimeout: Error {}
