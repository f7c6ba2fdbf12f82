// Which of the blobs that jobs refer to are not there.

import LeveeCore

/// Compares references with a blob store.
struct BlobCheck {
    /// How many jobs are asked for by one script.
    private static let batch = 200

    let claims: any JobBlobs
    let blobs: any BlobStore

    /// The blobs of some jobs that are missing, or have not as many bytes as they should.
    ///
    /// - Throws: ``StoreError/unavailable(_:)`` if the blob store cannot be used: then nothing can be said of any.
    func lost(among ids: [JobID]) async throws(StoreError) -> [Blob] {
        var lost: [Blob] = []
        for start in stride(from: 0, to: ids.count, by: Self.batch) {
            let batch = Array(ids[start..<min(start + Self.batch, ids.count)])
            for blob in try await claims.claims(of: batch).flatMap(\.blobs) {
                do throws(BlobError) {
                    _ = try await blobs.reader(of: blob)
                } catch {
                    switch error {
                    case .missing, .damaged: lost.append(blob)
                    case .full, .unavailable: throw .unavailable("\(error)")
                    }
                }
            }
        }
        return lost
    }
}
