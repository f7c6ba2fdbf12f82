// What a job has left, on its way to a file or to standard output.

import Foundation

/// The result of a job that has succeeded, or one of the files that it is made of.
struct JobResult {
    let frontEnd: FrontEnd
    let id: String
    /// The name of the file, where it is one of several.
    var file: String?

    private var path: String {
        let resource = "/resources/\(FrontEnd.escaped(id))"
        return file.map { "\(resource)/\(FrontEnd.escaped($0))" } ?? resource
    }

    /// Writes it as it comes, whatever its size. A file is there all at once, when all has come.
    ///
    /// - Parameter output: The file; `nil` for standard output.
    /// - Throws: ``ClientFailure`` if it did not come, or could not be written.
    func write(to output: String?) async throws {
        guard let output else {
            return try await frontEnd.download(path) { piece in
                do {
                    try FileHandle.standardOutput.write(contentsOf: Data(piece))
                } catch {
                    throw ClientFailure(.usage, "standard output takes no more: \(FileTrouble.words(for: error))")
                }
            }
        }
        let draft = "\(output).levee-\(UUID().uuidString)"
        do {
            try await save(as: draft)
            guard rename(draft, output) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        } catch {
            try? FileManager.default.removeItem(atPath: draft)
            guard !(error is ClientFailure) else { throw error }
            throw ClientFailure(
                .usage,
                "\(LineText.quoted(output)) cannot be written: \(FileTrouble.words(for: error))"
            )
        }
    }

    private func save(as draft: String) async throws {
        try Data().write(to: URL(filePath: draft), options: .withoutOverwriting)
        let file = try FileHandle(forWritingTo: URL(filePath: draft))
        defer { try? file.close() }
        try await frontEnd.download(path) { try file.write(contentsOf: Data($0)) }
    }
}
