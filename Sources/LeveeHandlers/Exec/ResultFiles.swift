// Files that a program leaves as its result.

import LeveeCore
import NIOPosix

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

/// What lies in the folder that `LEVEE_RESULTS` names when the program has ended.
struct ResultFiles {
    /// How many files a result may have.
    static let maxCount = 1_000
    private static let pieceBytes = 256 << 10

    private let folder: String
    private let parts: [FilePart]

    /// Looks into the folder.
    ///
    /// - Parameters:
    ///   - folder: Its path.
    ///   - maxBytes: The most bytes of all files together.
    /// - Throws: A final failure if what lies there cannot be a result.
    init(in folder: String, maxBytes: Int) throws(JobFailure) {
        self.folder = folder
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        guard names.count <= Self.maxCount else {
            throw .invalid("has \(names.count) files; \(Self.maxCount) are the most")
        }
        var parts: [FilePart] = []
        for name in names {
            var status = stat()
            guard FilePart.isValid(name), lstat("\(folder)/\(name)", &status) == 0 else {
                throw .invalid(
                    "has a file with a name that cannot be served: no quotes, backslashes and control characters"
                )
            }
            guard status.st_mode & S_IFMT == S_IFREG else { throw .invalid("has \(name), which is no plain file") }
            parts.append(
                FilePart(name: name, mediaType: Content.mediaType(ofFile: name), length: Int(status.st_size))
            )
        }
        let length = parts.reduce(0) { $0 + $1.length }
        guard length <= maxBytes else {
            throw JobFailure(
                code: JobFailure.outputTooLargeCode,
                detail: "the program left \(length) bytes in LEVEE_RESULTS, its type allows \(maxBytes)",
                disposition: .final
            )
        }
        self.parts = parts
    }

    /// Whether the program left none.
    var isEmpty: Bool { parts.isEmpty }

    /// The result: a single file as it is, several as one body of the type `multipart/mixed`.
    ///
    /// - Parameter collector: What takes it in.
    /// - Returns: The bytes, or the blob that has them.
    /// - Throws: `JobFailure` if a file cannot be read, `BlobError` if the result cannot be put down.
    func content(in collector: ContentCollector) async throws -> Content {
        var collector = collector
        if parts.count == 1 {
            try await add(parts[0], to: &collector)
            return try await collector.finish(as: parts[0].mediaType)
        }
        let writer = MultipartWriter()
        for (index, part) in parts.enumerated() {
            try await collector.append(writer.head(of: part, isFirst: index == 0))
            try await add(part, to: &collector)
        }
        try await collector.append(writer.end)
        return try await collector.finish(as: writer.mediaType)
    }

    private func add(_ part: FilePart, to collector: inout ContentCollector) async throws {
        let descriptor = open("\(folder)/\(part.name)", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw JobFailure.unreadable(part) }
        defer { close(descriptor) }
        var rest = part.length
        while rest > 0 {
            let count = min(rest, Self.pieceBytes)
            let piece = try await NIOThreadPool.singleton.runIfActive {
                [UInt8](unsafeUninitializedCapacity: count) { buffer, taken in
                    taken = max(read(descriptor, buffer.baseAddress, count), 0)
                }
            }
            guard !piece.isEmpty else { throw JobFailure.unreadable(part) }
            try await collector.append(piece)
            rest -= piece.count
        }
    }
}

extension JobFailure {
    fileprivate static func invalid(_ what: String) -> JobFailure {
        JobFailure(code: invalidResultCode, detail: "the folder LEVEE_RESULTS \(what)", disposition: .final)
    }

    fileprivate static func unreadable(_ part: FilePart) -> JobFailure {
        JobFailure(
            code: invalidResultCode,
            detail: "the file \(part.name) in LEVEE_RESULTS cannot be read, or changed while it was read"
        )
    }
}
