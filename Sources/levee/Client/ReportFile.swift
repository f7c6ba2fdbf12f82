// A file that a command writes at its end, looked at before it begins.

import Foundation

/// Where a report goes. That it can be written is found out early: a load test of an hour must not end without one.
struct ReportFile {
    private let path: String

    /// Looks whether the file can be written, by making one beside it, which is removed at once.
    ///
    /// - Throws: ``ClientFailure`` that says what is in the way.
    init(_ path: String) throws(ClientFailure) {
        self.path = path
        var isFolder: ObjCBool = false
        guard !path.isEmpty,
            !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) || !isFolder.boolValue
        else { throw ClientFailure(.usage, "\(LineText.quoted(path)) is no name of a file to write to") }
        let folder = URL(filePath: path).deletingLastPathComponent()
        let trial = folder.appending(path: ".levee-\(UUID().uuidString)")
        do {
            try Data().write(to: trial, options: .withoutOverwriting)
            try FileManager.default.removeItem(at: trial)
        } catch {
            throw Self.failure(path, error)
        }
    }

    /// Writes the file, all at once: whoever reads it sees the former one or the whole new one.
    ///
    /// - Throws: ``ClientFailure`` if that does not work after all.
    func write(_ text: String) throws(ClientFailure) {
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw Self.failure(path, error)
        }
    }

    private static func failure(_ path: String, _ error: any Error) -> ClientFailure {
        ClientFailure(.usage, "\(LineText.quoted(path)) cannot be written: \(FileTrouble.words(for: error))")
    }
}
