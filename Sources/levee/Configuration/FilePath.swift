// Paths and files that a configuration names.

import Foundation

/// Paths as the configuration means them.
enum FilePath {
    /// The absolute path of what is named relative to a folder, without `.` and `..`.
    static func absolute(_ path: String, in folder: String) -> String {
        URL(filePath: path, relativeTo: URL(filePath: folder, directoryHint: .isDirectory)).standardizedFileURL.path
    }

    /// The absolute path of the folder that a file is in.
    static func folder(of file: String) -> String {
        URL(filePath: absolute(file, in: FileManager.default.currentDirectoryPath)).deletingLastPathComponent().path
    }

    /// Whether anything is there.
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Reads a small text file.
    ///
    /// - Parameters:
    ///   - path: The path, relative to the folder of the process.
    ///   - limit: The most bytes that it may have.
    /// - Returns: The whole text.
    /// - Throws: Why it cannot be read, or is no text.
    static func read(_ path: String, limit: Int) throws(FileReadError) -> String {
        var data = Data()
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            while data.count <= limit, let chunk = try file.read(upToCount: limit + 1 - data.count), !chunk.isEmpty {
                data += chunk
            }
            try file.close()
        } catch CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile {
            throw .missing
        } catch CocoaError.fileReadNoPermission {
            throw .forbidden
        } catch {
            var isFolder: ObjCBool = false
            let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
            throw isThere && isFolder.boolValue ? .folder : .unreadable(cause.localizedDescription)
        }
        guard data.count <= limit else { throw .tooLarge(limit) }
        guard let text = String(validating: data, as: UTF8.self) else {
            let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            throw .notUTF8(line: 1 + (lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0))
        }
        return text
    }
}

/// Why a file could not be read.
enum FileReadError: Error, Equatable {
    case missing
    case forbidden
    case folder
    /// It has more bytes than may be.
    case tooLarge(Int)
    /// The line of the first byte that is no UTF-8.
    case notUTF8(line: Int)
    /// Anything else, in the system's words.
    case unreadable(String)

    /// What is wrong and what to do about it, to follow the name of the file.
    var message: String {
        switch self {
        case .missing: "there is no such file"
        case .forbidden: "this user may not read it; check its permissions"
        case .folder: "this is a folder; name a file"
        case .tooLarge(let limit): "this has more than \(SizeText.text(limit)), which cannot be meant"
        case .notUTF8(let line): "line \(line) is not UTF-8; save the file as UTF-8"
        case .unreadable(let reason): "this cannot be read: \(LineText.escaped(reason))"
        }
    }
}
