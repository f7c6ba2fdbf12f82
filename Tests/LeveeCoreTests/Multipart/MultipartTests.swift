// Several files there and back.

import LeveeCore
import Testing

@Suite("Several files in one body")
struct MultipartTests {
    private static let files: [(part: FilePart, bytes: [UInt8])] = [
        ("a.png", "image/png", Array("\r\n--b\r\nContent-Length: 5\r\n\r\n--b--\r\n".utf8)),
        ("ärger & co.txt", "text/plain; charset=utf-8", []),
        ("c", "application/octet-stream", (0...255).map { UInt8($0) }),
    ].map { (FilePart(name: $0.0, mediaType: $0.1, length: $0.2.count), $0.2) }

    private static let writer = MultipartWriter(boundary: "b")

    private static var body: [UInt8] {
        var body: [UInt8] = []
        for (index, file) in files.enumerated() {
            body += writer.head(of: file.part, isFirst: index == 0) + file.bytes
        }
        return body + writer.end
    }

    @Test("are found again, however the body is cut", arguments: [1, 2, 7, 64, 10_000])
    func roundTrip(size: Int) throws {
        var reader = try #require(MultipartReader(mediaType: Self.writer.mediaType))
        var found: [(part: FilePart, bytes: [UInt8])] = []
        var hasEnded = false
        for start in stride(from: 0, to: Self.body.count, by: size) {
            for event in try reader.read(Array(Self.body[start..<min(start + size, Self.body.count)])) {
                #expect(!hasEnded)
                switch event {
                case .part(let part): found.append((part, []))
                case .bytes(let bytes): found[found.count - 1].bytes += bytes
                case .end: hasEnded = true
                }
            }
        }
        #expect(hasEnded)
        #expect(found.map(\.part) == Self.files.map(\.part))
        #expect(found.map(\.bytes) == Self.files.map(\.bytes))
    }

    @Test("are written as RFC 2046 has them")
    func wire() {
        let part = FilePart(name: "a", mediaType: "text/plain", length: 2)
        let body = Self.writer.head(of: part, isFirst: true) + Array("hi".utf8) + Self.writer.end
        #expect(
            String(decoding: body, as: UTF8.self) == "--b\r\nContent-Type: text/plain\r\n"
                + "Content-Disposition: attachment; filename=\"a\"\r\nContent-Length: 2\r\n\r\nhi\r\n--b--\r\n"
        )
        #expect(MultipartWriter.randomBoundary() != MultipartWriter.randomBoundary())
        #expect(MultipartWriter.randomBoundary().utf8.count <= 70)
    }

    @Test(
        "of others are told from ours",
        arguments: [
            "--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b--\r\n",
            "--c\r\nContent-Type: a/b\r\nContent-Disposition: attachment; filename=\"a\"\r\nContent-Length: 0\r\n\r\n",
            "--b\r\nContent-Type: a/b\r\nContent-Disposition: attachment; filename=\"a\"\r\nContent-Length: -1\r\n\r\n",
            String(repeating: "x", count: 5_000),
        ]
    )
    func foreign(body: String) throws {
        var reader = try #require(MultipartReader(mediaType: "multipart/mixed; boundary=b"))
        #expect(throws: MultipartReader.Malformed.self) { _ = try reader.read(Array(body.utf8)) }
    }

    @Test(
        "have a type of their own",
        arguments: ["text/plain", "multipart/mixed", "multipart/mixed; boundary=", "multipart/form-data; boundary=b"]
    )
    func otherTypes(mediaType: String) {
        #expect(MultipartReader(mediaType: mediaType) == nil)
    }

    @Test("have names that do no harm")
    func names() {
        for name in ["a", "a b.png", "ä", "..."] { #expect(FilePart.isValid(name)) }
        for name in ["", ".", "..", "a/b", "a\"b", "a\\b", "a\nb", "\u{7F}", String(repeating: "a", count: 256)] {
            #expect(!FilePart.isValid(name))
        }
    }
}
