// The port through which jobs are looked at: what a front end reads.

/// Reads jobs and queues, changes nothing.
public protocol JobInspection: Sendable {
    /// Recognises an id that came from outside; asks nobody.
    ///
    /// - Returns: `nil` for an id that this deployment has never given out.
    func recognize(_ text: String) -> JobID?

    /// Reads a job.
    ///
    /// - Returns: `nil` if nothing of it is left.
    func job(_ id: JobID) async throws(StoreError) -> JobRecord?

    /// Reads the bytes of a result that does not lie beside its record.
    ///
    /// - Returns: `nil` if nothing of it is left.
    func result(of id: JobID) async throws(StoreError) -> [UInt8]?

    /// Reads the append-only log of a job, oldest entry first.
    ///
    /// - Returns: `nil` if nothing of the job is left.
    func history(of id: JobID) async throws(StoreError) -> [HistoryEntry]?

    /// Reads where a job stands: in line, under a lease.
    ///
    /// - Returns: `nil` if nothing of the job is left.
    func place(of id: JobID) async throws(StoreError) -> JobPlace?

    /// Reads the figures of a queue; those of an empty one for a name that was never used.
    func figures(of queue: String) async throws(StoreError) -> QueueFigures

    /// Reads who serves a queue, and a sample of what waits in it.
    func line(of queue: String) async throws(StoreError) -> QueueLine
}

extension JobInspection {
    /// The bytes of a result that lies in no blob, from the record or from beside it; `nil` if they are gone.
    package func bytes(of result: JobRecord.StoredResult, _ id: JobID) async throws(StoreError) -> [UInt8]? {
        if let inline = result.inline { return inline }
        return try await self.result(of: id)
    }
}
