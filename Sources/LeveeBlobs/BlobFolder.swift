// The files of a blob folder: every call here blocks.

import Foundation
import LeveeCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// A folder with one subfolder for each two characters of the random part of ids, and the files in them.
///
/// A file is written under a name that ends in `~` and a random number, and renamed when it is durable. Names are made of
/// `BlobName`s only, and no link is followed at their end, so nothing outside the folder is ever touched.
struct BlobFolder: Sendable {
    /// The absolute path of the folder.
    let path: String

    /// A file that is always there while the folder is: an empty mount point has none. Its age is that of the last sweep.
    private static let marker = "levee-blobs"

    /// Why a folder cannot be used; `nil` if it can.
    static func complaint(about path: String) -> String? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            return "there is no such folder; make it, or mount it"
        }
        guard isFolder.boolValue else { return "this is no folder" }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            return "this user may not write to it; check its owner and permissions"
        }
        return nil
    }

    /// Makes a folder ready for use.
    func prepare() throws {
        if let complaint = Self.complaint(about: path) { throw BlobError.unavailable("\(path): \(complaint)") }
        try FileDescriptor.open(
            FilePath(markerPath),
            .writeOnly,
            options: [.create, .noFollow, .closeOnExec],
            permissions: [.ownerReadWrite, .groupReadWrite]
        ).close()
    }

    // MARK: Writing

    /// Begins a file that is not to be seen yet.
    func begin(_ name: BlobName) throws -> UnpublishedFile {
        let shard = shard(of: name)
        let number = UInt64.random(in: .min ... .max)
        let path = "\(shard)/\(name)~\(String(number, radix: 36))"
        func open() throws -> FileDescriptor {
            try FileDescriptor.open(
                FilePath(path),
                .writeOnly,
                options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead]
            )
        }
        do {
            return UnpublishedFile(path: path, file: try open())
        } catch Errno.noSuchFileOrDirectory {
            try requireMarker()
            if mkdir(shard, 0o770) == 0 { try Self.makeDurable(folder: self.path) }
            return UnpublishedFile(path: path, file: try open())
        }
    }

    /// Makes a file durable, and then visible under a name, durably as well.
    func publish(_ unpublished: UnpublishedFile, as name: BlobName) throws {
        guard fsync(unpublished.file.rawValue) == 0 else { throw Errno(rawValue: errno) }
        guard rename(unpublished.path, path(of: name)) == 0 else { throw Errno(rawValue: errno) }
        unpublished.isPublished.withLock { $0 = true }
        try Self.makeDurable(folder: shard(of: name))
    }

    /// Gives a file a second name. It counts as young again: whoever refers to the new name may be about to be stored.
    ///
    /// - Returns: Whether that was done; not where the file system knows no hard links.
    func link(_ name: BlobName, to other: BlobName) throws -> Bool {
        let (old, new) = (path(of: name), path(of: other))
        if mkdir(shard(of: other), 0o770) == 0 { try Self.makeDurable(folder: path) }
        guard utimensat(AT_FDCWD, old, nil, AT_SYMLINK_NOFOLLOW) == 0 else { throw try fault(errno, of: name) }
        if linkat(AT_FDCWD, old, AT_FDCWD, new, 0) != 0, errno != EEXIST {
            guard errno != ENOENT else { throw try fault(errno, of: name) }
            return false
        }
        try Self.makeDurable(folder: shard(of: other))
        return true
    }

    /// Removes a file; one that is not there is as good as removed.
    func remove(_ name: BlobName) throws {
        try remove(path(of: name))
    }

    private func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw Errno(rawValue: errno) }
    }

    // MARK: Reading

    /// Opens a file that is to have as many bytes.
    func open(_ blob: Blob) throws -> PublishedFile {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(
                FilePath(path(of: blob.name)),
                .readOnly,
                options: [.noFollow, .closeOnExec]
            )
        } catch let error as Errno {
            throw try fault(error.rawValue, of: blob.name)
        }
        let published = PublishedFile(file: file)
        guard try file.seek(offset: 0, from: .end) == blob.length else { throw BlobError.damaged(blob.name) }
        try file.seek(offset: 0, from: .start)
        return published
    }

    // MARK: Sweeping

    /// A file as a sweep finds it.
    struct Entry: Sendable {
        /// Its name, or that which it was to get.
        var name: BlobName
        /// Whether it was never published.
        var isUnpublished: Bool
        var path: String
        /// How long ago it was last written, by the clock of the file system.
        var age: Duration
    }

    /// Takes the turn to sweep, if the last was taken longer ago than that.
    ///
    /// - Returns: The time of the file system, or `nil` if it is not yet time.
    func takeTurn(after interval: Duration) throws -> Date? {
        try requireMarker()
        let last = try date(of: markerPath)
        guard let last, abs(last.timeIntervalSinceNow) >= interval / .seconds(1) else { return nil }
        // The file system's own clock: those of the processes that share it may differ.
        guard utimensat(AT_FDCWD, markerPath, nil, 0) == 0 else { throw Errno(rawValue: errno) }
        return try date(of: markerPath)
    }

    /// The names of the subfolders.
    func shards() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.utf8.count == 2 }.sorted()
    }

    /// The files in a subfolder that belong to the deployment.
    func entries(in shard: String, at now: Date, recognize: (String) -> JobID?) throws -> [Entry] {
        let folder = "\(path)/\(shard)"
        return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { file in
            let parts = file.split(separator: "~", maxSplits: 1)
            let path = "\(folder)/\(file)"
            guard let text = parts.first, let name = BlobName(text, recognize: recognize),
                let written = try date(of: path)
            else { return nil }
            let age = Duration.milliseconds(Int64(now.timeIntervalSince(written) * 1_000))
            return Entry(name: name, isUnpublished: parts.count == 2, path: path, age: age)
        }
    }

    func remove(_ entry: Entry) throws { try remove(entry.path) }

    /// When a file was last written; `nil` if it is gone.
    private func date(of path: String) throws -> Date? {
        do {
            return try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        } catch CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile {
            return nil
        }
    }

    // MARK: Paths

    private var markerPath: String { "\(path)/\(Self.marker)" }

    private func shard(of name: BlobName) -> String { "\(path)/\(name.job.text.dropFirst(2).prefix(2))" }

    private func path(of name: BlobName) -> String { "\(shard(of: name))/\(name)" }

    /// What it means that a file cannot be opened.
    private func fault(_ code: CInt, of name: BlobName) throws -> any Error {
        guard code == ENOENT else { return Errno(rawValue: code) }
        try requireMarker()
        return BlobError.missing(name)
    }

    private func requireMarker() throws {
        guard access(markerPath, F_OK) == 0 else {
            throw BlobError.unavailable("\(path) is not there, or not the folder that it was; is it mounted?")
        }
    }

    /// A name in a folder lasts only when the folder itself was written.
    private static func makeDurable(folder: String) throws {
        let file = try FileDescriptor.open(FilePath(folder), .readOnly, options: [.directory, .closeOnExec])
        try file.closeAfter {
            guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
        }
    }
}
