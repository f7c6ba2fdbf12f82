// What is counted of a blob folder.

import CoreMetrics
import LeveeMetrics

/// The metrics of a process that uses a blob folder.
struct BlobMetrics: Sendable {
    private static let written = MetricFamily("levee_blobs_written_total", "Payloads and results put into the folder.")
    private static let bytes = MetricFamily(
        "levee_blobs_written_bytes_total",
        "Bytes of the payloads and results put into the folder."
    )
    private static let swept = MetricFamily("levee_blobs_swept_total", "Files removed since no job needed them.")

    private let written = Self.written.counter()
    private let bytes = Self.bytes.counter()
    private let sweptFiles = Self.swept.counter()

    /// Counts a blob that is in place.
    func wrote(_ length: Int) {
        written.increment()
        bytes.increment(by: length)
    }

    /// Counts files that were removed.
    func swept(_ files: Int) { sweptFiles.increment(by: files) }
}
