// A folder that is there for one test.

import Foundation

/// A new, empty folder; removed with everything in it when the last reference goes.
final class TemporaryFolder: Sendable {
    /// The absolute path, without symbolic links.
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "levee-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.resolvingSymlinksInPath().path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file and says where it is.
    @discardableResult
    func write(_ text: String, to name: String, isExecutable: Bool = false) throws -> String {
        try write(Data(text.utf8), to: name, isExecutable: isExecutable)
    }

    /// Writes a file and says where it is.
    @discardableResult
    func write(_ data: Data, to name: String, isExecutable: Bool = false) throws -> String {
        let file = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
        try FileManager.default.setAttributes(
            [.posixPermissions: isExecutable ? 0o755 : 0o644],
            ofItemAtPath: file.path
        )
        return file.path
    }
}
