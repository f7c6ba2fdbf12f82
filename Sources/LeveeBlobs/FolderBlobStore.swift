// Blobs as files in a folder that all processes of a deployment share.

import Crypto
public import LeveeCore
import NIOPosix

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// A ``BlobStore`` on a folder: local for one machine, on a network file system for several.
///
/// A blob is one file, durable under its name before anything refers to it: written aside, forced to the disk, renamed, and
/// the folder forced to the disk. Files are read and written on threads of their own, a quarter of a MiB at a time.
public struct FolderBlobStore: BlobStore {
    public let threshold: Int
    let folder: BlobFolder
    let metrics = BlobMetrics()

    /// Opens the folder.
    ///
    /// - Parameters:
    ///   - path: The absolute path of a folder that is there.
    ///   - threshold: The most bytes of a payload or result that do without a blob.
    /// - Throws: ``BlobError/unavailable(_:)`` if it is not there, or cannot be written to.
    public init(path: String, threshold: Int) async throws(BlobError) {
        self.threshold = threshold
        let folder = BlobFolder(path: path)
        self.folder = folder
        try await offload { try folder.prepare() }
    }

    /// Why a folder cannot be used, in words that follow its name; `nil` if it can.
    public static func complaint(about path: String) -> String? { BlobFolder.complaint(about: path) }

    public func writer(for name: BlobName) async throws(BlobError) -> any BlobWriter {
        FolderBlobWriter(
            folder: folder,
            name: name,
            file: try await offload { [folder] in try folder.begin(name) },
            metrics: metrics
        )
    }

    public func reader(of blob: Blob) async throws(BlobError) -> any BlobReader {
        FolderBlobReader(blob: blob, file: try await offload { [folder] in try folder.open(blob) })
    }

    public func copy(_ blob: Blob, as name: BlobName) async throws(BlobError) -> Blob {
        if try await offload({ [folder] in try folder.link(blob.name, to: name) }) {
            return Blob(name: name, length: blob.length, digest: blob.digest)
        }
        let reader = try await reader(of: blob)
        let writer = try await writer(for: name)
        while let piece = try await reader.next() { try await writer.append(piece) }
        return try await writer.commit()
    }

    public func remove(_ names: [BlobName]) async throws(BlobError) {
        try await offload { [folder] in for name in names { try folder.remove(name) } }
    }
}

/// How many bytes are read and written at once.
private let pieceBytes = 256 << 10

private actor FolderBlobWriter: BlobWriter {
    private let folder: BlobFolder
    private let name: BlobName
    private let file: UnpublishedFile
    private let metrics: BlobMetrics
    private var hash = SHA256()
    private var length = 0
    private var pending: [UInt8] = []

    init(folder: BlobFolder, name: BlobName, file: UnpublishedFile, metrics: BlobMetrics) {
        self.folder = folder
        self.name = name
        self.file = file
        self.metrics = metrics
    }

    func append(_ bytes: [UInt8]) async throws(BlobError) {
        pending += bytes
        if pending.count >= pieceBytes { try await flush() }
    }

    func commit() async throws(BlobError) -> Blob {
        try await flush()
        try await offload { [folder, file, name] in try folder.publish(file, as: name) }
        metrics.wrote(length)
        return Blob(name: name, length: length, digest: Hexadecimal.text(hash.finalize()))
    }

    private func flush() async throws(BlobError) {
        let bytes = pending
        pending = []
        hash.update(data: bytes)
        length += bytes.count
        try await offload { [file] in try file.write(bytes) }
    }
}

private actor FolderBlobReader: BlobReader {
    private let blob: Blob
    private let file: PublishedFile
    private var hash = SHA256()
    private var left: Int

    init(blob: Blob, file: PublishedFile) {
        self.blob = blob
        self.file = file
        left = blob.length
    }

    func next() async throws(BlobError) -> [UInt8]? {
        guard left > 0 else { return nil }
        let count = min(left, pieceBytes)
        let piece = try await offload { [file] in try file.read(count) }
        guard piece.count == count else { throw .damaged(blob.name) }
        left -= count
        hash.update(data: piece)
        guard left > 0 || Hexadecimal.text(hash.finalize()) == blob.digest else { throw .damaged(blob.name) }
        return piece
    }
}

/// Does what blocks on a thread that may be blocked.
func offload<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws(BlobError) -> Value {
    do {
        return try await NIOThreadPool.singleton.runIfActive(work)
    } catch let error as BlobError {
        throw error
    } catch Errno.noSpace, Errno.diskQuotaExceeded {
        throw .full
    } catch {
        throw .unavailable("\(error)")
    }
}
