// Where a program and its worker share files: a folder for each attempt, which goes with it.

import LeveeCore
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The folder of one attempt, for its owner only.
struct AttemptFolder: Sendable {
    /// Where it is.
    let path: String
    /// The pipe in which the program speaks of itself.
    var events: String { "\(path)/events" }
    /// The folder in which the program leaves files as its result.
    var results: String { "\(path)/results" }

    /// Makes one in that of the worker.
    ///
    /// - Throws: A failure with the code ``JobFailure/startFailedCode``: the disk is full, or cannot be written to.
    init() throws(JobFailure) {
        path = try WorkerFolder.shared.newFolder()
        guard mkdir(results, 0o700) == 0 else { throw WorkerFolder.failure(in: path) }
    }

    /// Removes it with all that is in it.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// The folder of all attempts of this process. A worker that was killed leaves it behind, and the next one that starts on
/// this machine removes it: the lock on it went with its owner.
private final class WorkerFolder: Sendable {
    static let shared = WorkerFolder()
    private static let prefix = "levee-attempts-"
    private static let lock = "lock"

    private let path = Mutex<String?>(nil)

    /// Makes a folder in it.
    func newFolder() throws(JobFailure) -> String {
        try path.withLock { path throws(JobFailure) in
            // Cleaners of temporary folders may have taken it away.
            if let known = path, let folder = Self.temporary(in: known, prefix: "") { return folder }
            let made = try Self.make()
            path = made
            guard let folder = Self.temporary(in: made, prefix: "") else { throw Self.failure(in: made) }
            return folder
        }
    }

    private static func make() throws(JobFailure) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        removeThoseOfTheDead(in: parent)
        while true {
            guard let folder = temporary(in: parent, prefix: prefix) else { throw failure(in: parent) }
            // Open as long as this process lives. Another one that cleans up may have been faster.
            let descriptor = open("\(folder)/\(lock)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw failure(in: folder) }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return folder }
            close(descriptor)
        }
    }

    private static func removeThoseOfTheDead(in parent: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where name.hasPrefix(prefix) {
            let descriptor = open("\(parent)/\(name)/\(lock)", O_RDWR | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                try? FileManager.default.removeItem(atPath: "\(parent)/\(name)")
            }
            close(descriptor)
        }
    }

    private static func temporary(in parent: String, prefix: String) -> String? {
        var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
        return mkdtemp(&template).map { String(cString: $0) }
    }

    static func failure(in folder: String) -> JobFailure {
        JobFailure(
            code: JobFailure.startFailedCode,
            detail: "no folder can be made in \(folder): \(String(cString: strerror(errno))); "
                + "make room, or set TMPDIR for the worker",
            disposition: .throttle(after: nil)
        )
    }
}
