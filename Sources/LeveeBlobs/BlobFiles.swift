// Open files of a blob folder, closed when nobody has them any more.

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

/// A file that is being written; gone with this object unless it was published.
final class UnpublishedFile: Sendable {
    let path: String
    let file: FileDescriptor
    let isPublished = Mutex(false)

    init(path: String, file: FileDescriptor) {
        self.path = path
        self.file = file
    }

    deinit {
        try? file.close()
        if !isPublished.withLock({ $0 }) { unlink(path) }
    }

    func write(_ bytes: [UInt8]) throws {
        _ = try bytes.withUnsafeBytes { try file.writeAll($0) }
    }
}

/// A file that is being read.
final class PublishedFile: Sendable {
    private let file: FileDescriptor

    init(file: FileDescriptor) { self.file = file }

    deinit { try? file.close() }

    /// Reads on; fewer bytes than wanted only at the end of the file.
    func read(_ count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while initialized < count {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[initialized...]
                )
                let more = try file.read(into: rest)
                if more == 0 { return }
                initialized += more
            }
        }
    }
}
