// What a payload has to be before anything is queued.

import LeveeCore

/// Holds payloads against their media type and against the schema of their job type.
enum PayloadCheck {
    /// How many places that do not fit the schema are named at most.
    static let maxViolations = 20

    /// Checks a payload.
    ///
    /// - Parameters:
    ///   - payload: The payload; its media type is one that the job type takes.
    ///   - type: The type of the job.
    /// - Throws: ``Problem/invalidJSON(_:)`` for what should be JSON and is not,
    ///   ``Problem/schemaViolations(_:)`` for what does not fit the schema.
    static func check(_ payload: Content, for type: JobType) async throws(Problem) {
        try await work(on: payload.bytes.count) { () throws(Problem) in try examine(payload, for: type) }
    }

    private static func examine(_ payload: Content, for type: JobType) throws(Problem) {
        guard Content.isJSON(payload.mediaType) else { return }
        let violations: [JSONViolation]
        do throws(JSONSyntaxError) {
            guard let schema = type.schema else { return try JSONSyntax.validate(payload.bytes) }
            violations = try schema.violations(of: JSONDocument(payload.bytes), limit: maxViolations)
        } catch {
            throw .invalidJSON(error)
        }
        guard violations.isEmpty else { throw .schemaViolations(violations) }
    }
}
