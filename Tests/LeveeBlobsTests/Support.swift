// A blob folder for one test.

import Foundation
import LeveeBlobs
import LeveeCore
import LeveeTestSupport
import LeveeTesting
import Synchronization

/// What lies in a folder.
struct Folder: Sendable {
    let path: String

    /// The blobs and what is to become some, relative to the folder.
    var files: [String] {
        let all = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return all.filter { $0.contains("/") }.sorted()
    }

    /// Lets time pass for all files, the last sweep included.
    func makeOlder(by seconds: Double) throws {
        for file in files.map({ "\(path)/\($0)" }) + ["\(path)/levee-blobs"] {
            let date = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date
            let older = (date ?? Date()).addingTimeInterval(-seconds)
            try FileManager.default.setAttributes([.modificationDate: older], ofItemAtPath: file)
        }
    }
}

func withBlobs(
    threshold: Int = 1 << 20,
    _ body: (FolderBlobStore, Folder) async throws -> Void
) async throws {
    try await withTemporaryDirectory { path in
        try await body(try await FolderBlobStore(path: path, threshold: threshold), Folder(path: path))
    }
}

func write(_ bytes: [UInt8], _ name: BlobName, to blobs: FolderBlobStore) async throws -> Blob {
    let writer = try await blobs.writer(for: name)
    try await writer.append(bytes)
    return try await writer.commit()
}

func randomBytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: .min ... .max) } }

/// A clock that stands still until it is moved.
final class SteppedClock: Sendable {
    private let time = Mutex(InMemoryStore.systemTime())

    var now: Timestamp { time.withLock { $0 } }

    func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}
