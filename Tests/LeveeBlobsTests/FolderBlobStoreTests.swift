// Blobs as files: written whole or not at all, read as they were written or not at all.

import Foundation
import LeveeCore
import LeveeTestSupport
import LeveeTesting
import Testing

@testable import LeveeBlobs

@Suite struct FolderBlobStoreTests {
    private let id = InMemoryStore().newID()

    @Test func bytesComeBackAsTheyWere() async throws {
        try await withBlobs { blobs, folder in
            let bytes = randomBytes(1_000_003)
            let writer = try await blobs.writer(for: .payload(of: id))
            for start in stride(from: 0, to: bytes.count, by: 70_001) {
                try await writer.append(Array(bytes[start..<min(start + 70_001, bytes.count)]))
                #expect(folder.files.allSatisfy { $0.contains("~") })
            }
            let blob = try await writer.commit()
            #expect(blob.length == bytes.count)
            #expect(folder.files == ["\(id.text.dropFirst(2).prefix(2))/\(id).p"])
            #expect(try await Content(mediaType: "a/b", blob: blob).loaded(from: blobs).bytes == bytes)
            let kept = Blob(reference: blob.reference, name: blob.name)
            #expect(kept == blob)
        }
    }

    @Test func aWriterThatIsLetGoLeavesNothing() async throws {
        try await withBlobs { blobs, folder in
            var writer: (any BlobWriter)? = try await blobs.writer(for: .payload(of: id))
            try await writer?.append(randomBytes(600_000))
            #expect(folder.files.count == 1)
            writer = nil
            try await eventually("its file is gone") { folder.files.isEmpty }
        }
    }

    @Test func aBlobThatIsGoneIsMissing() async throws {
        try await withBlobs { blobs, folder in
            let blob = try await write(randomBytes(100), .payload(of: id), to: blobs)
            try await blobs.remove([blob.name, .result(of: id, fence: 7)])
            #expect(folder.files.isEmpty)
            await #expect(throws: BlobError.missing(blob.name)) { try await blobs.reader(of: blob) }
            let other = BlobName.payload(of: InMemoryStore().newID())
            await #expect(throws: BlobError.missing(blob.name)) { try await blobs.copy(blob, as: other) }
        }
    }

    @Test func aFolderThatIsGoneIsNoReasonToCallABlobMissing() async throws {
        try await withBlobs { blobs, folder in
            let blob = try await write(randomBytes(100), .payload(of: id), to: blobs)
            try FileManager.default.moveItem(atPath: folder.path, toPath: folder.path + ".away")
            defer { try? FileManager.default.removeItem(atPath: folder.path + ".away") }
            for isEmptyMountPoint in [false, true] {
                if isEmptyMountPoint {
                    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: false)
                }
                for attempt in [
                    { _ = try await blobs.reader(of: blob) },
                    { _ = try await blobs.writer(for: .result(of: id, fence: 1)) },
                ] as [() async throws -> Void] {
                    do {
                        try await attempt()
                        Issue.record("it was there")
                    } catch BlobError.unavailable(let reason) {
                        #expect(reason.contains(folder.path))
                    }
                }
            }
        }
    }

    @Test func aDamagedBlobIsNeverHandedOutWhole() async throws {
        try await withBlobs { blobs, folder in
            let blob = try await write(randomBytes(900_000), .payload(of: id), to: blobs)
            let path = "\(folder.path)/\(try #require(folder.files.first))"
            let handle = try FileHandle(forWritingTo: URL(filePath: path))
            try handle.seek(toOffset: 100)
            try handle.write(contentsOf: Data("another".utf8))
            let content = Content(mediaType: "a/b", blob: blob)
            await #expect(throws: BlobError.damaged(blob.name)) { try await content.loaded(from: blobs) }
            try handle.truncate(atOffset: 899_999)
            await #expect(throws: BlobError.damaged(blob.name)) { try await blobs.reader(of: blob) }
        }
    }

    @Test func aCopyLivesByItself() async throws {
        try await withBlobs { blobs, folder in
            let bytes = randomBytes(300_000)
            let blob = try await write(bytes, .payload(of: id), to: blobs)
            let copy = try await blobs.copy(blob, as: .payload(of: InMemoryStore().newID()))
            #expect(try await blobs.copy(blob, as: copy.name) == copy)
            try await blobs.remove([blob.name])
            #expect(folder.files.count == 1)
            #expect(try await Content(mediaType: "a/b", blob: copy).loaded(from: blobs).bytes == bytes)
        }
    }

    @Test func noLinkIsFollowedOutOfTheFolder() async throws {
        try await withBlobs { blobs, folder in
            let blob = try await write(Array("secret".utf8), .payload(of: id), to: blobs)
            let path = "\(folder.path)/\(try #require(folder.files.first))"
            let outside = folder.path + ".outside"
            try FileManager.default.moveItem(atPath: path, toPath: outside)
            defer { try? FileManager.default.removeItem(atPath: outside) }
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: outside)
            await #expect(throws: BlobError.self) { try await blobs.reader(of: blob) }
            // What replaces the link leaves alone what it pointed to.
            _ = try await write(Array("public".utf8), .payload(of: id), to: blobs)
            #expect(FileManager.default.contents(atPath: outside) == Data("secret".utf8))
        }
    }

    @Test func whatCannotBeUsedIsSaid() async throws {
        try await withBlobs { _, folder in
            #expect(FolderBlobStore.complaint(about: folder.path) == nil)
            let missing = folder.path + "/nothing"
            #expect(FolderBlobStore.complaint(about: missing)?.contains("no such folder") == true)
            #expect(FolderBlobStore.complaint(about: folder.path + "/levee-blobs")?.contains("no folder") == true)
            await #expect(throws: BlobError.self) { try await FolderBlobStore(path: missing, threshold: 1) }
        }
    }

    @Test func fewBytesStayInMemoryAndManyDoNot() async throws {
        try await withBlobs(threshold: 10) { blobs, folder in
            for count in [0, 10, 11, 1_000] {
                let bytes = randomBytes(count)
                var collector = ContentCollector(name: .payload(of: id), blobs: blobs)
                for byte in bytes { try await collector.append([byte]) }
                #expect(collector.length == count)
                #expect(collector.isApart == (count > 10))
                let content = try await collector.finish(as: "a/b")
                #expect(content.length == count)
                #expect((content.blob != nil) == (count > 10))
                #expect(try await content.loaded(from: blobs).bytes == bytes)
                if let blob = content.blob { try await blobs.remove([blob.name]) }
                #expect(folder.files.isEmpty)
            }
            let content = Content(mediaType: "a/b", bytes: randomBytes(11))
            let stored = try await content.stored(as: .payload(of: id), in: blobs)
            let moved = try await stored.stored(as: .result(of: id, fence: 2), in: blobs)
            #expect(moved.blob?.name == .result(of: id, fence: 2))
            #expect(try await moved.loaded(from: blobs) == content)
            await #expect(throws: BlobError.notConfigured) { try await moved.loaded(from: nil) }
        }
    }
}
