// GET /resources/{id}/{file}: one of the files that a job has come to.

import HTTPTypes
import Hummingbird
import LeveeCore
import NIOCore

/// Serves the parts of results that are several files.
struct FileRoute: Sendable {
    let resource: ResourceRoute

    var endpoints: [Endpoint] {
        [Endpoint(method: .get, path: "/resources/{id}/{file}", operation: .file, handler: file)]
    }

    @Sendable
    private func file(_ request: Request, context: GatewayContext) async throws -> Response {
        let name = PercentEncoding.decode(try context.parameters.require("file"))
        let outcome = resource.outcome
        let (record, waited) = try await resource.ended(request, context)
        guard record.state == .succeeded else {
            return try await outcome.response(of: record, to: request, headers: waited)
        }
        guard let result = record.result else { throw Problem.gone }
        var headers = outcome.headers(of: record)
        headers.append(contentsOf: waited)
        var files = try await FileStream(outcome.reader(of: result, record.id), mediaType: result.mediaType)
        guard let part = try await files.find(name) else { throw Problem.unknownFile(name, known: files.names) }
        if let tag = headers[.eTag], !EntityTag.isNoneMatch(request.headers, tag: tag) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = part.mediaType
        headers[.xContentTypeOptions] = "nosniff"
        if request.method == .head {
            headers[.contentLength] = String(part.length)
            return Response(status: .ok, headers: headers)
        }
        let body = ResponseBody(contentLength: part.length) { [files] writer in
            var files = files
            while let bytes = try await files.next() { try await writer.write(ByteBuffer(bytes: bytes)) }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }
}

/// Reads a result as several files, one after the other.
struct FileStream: Sendable {
    /// The names of those that have begun.
    private(set) var names: [String] = []
    private var content: ContentReader
    private var reader: MultipartReader?
    private var events: ArraySlice<MultipartReader.Event> = []

    /// Begins to read. What is no body of several files has none.
    init(_ content: ContentReader, mediaType: String) {
        self.content = content
        reader = MultipartReader(mediaType: mediaType)
    }

    /// Goes on to a file.
    mutating func find(_ name: String) async throws -> FilePart? {
        while let event = try await event() {
            guard case .part(let part) = event else { continue }
            names.append(part.name)
            if part.name == name { return part }
        }
        return nil
    }

    /// The next bytes of the file that has begun; `nil` at its end.
    mutating func next() async throws -> [UInt8]? {
        guard case .bytes(let bytes) = try await event() else { return nil }
        return bytes
    }

    private mutating func event() async throws -> MultipartReader.Event? {
        while events.isEmpty {
            guard reader != nil, let piece = try await content.next() else { return nil }
            do {
                events = try reader?.read(piece)[...] ?? []
            } catch {
                reader = nil
            }
        }
        return events.removeFirst()
    }
}
