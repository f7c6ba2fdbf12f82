// What has to be done to its end.

/// Does something to its end although the caller's task may be canceled.
func uncanceled(_ operation: @escaping @Sendable () async throws -> Void) async throws {
    try await Task { try await operation() }.value
}
