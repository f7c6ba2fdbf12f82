// The stored outcome of a job as a response: the bytes of its handler, or its failure.

import HTTPTypes
import Hummingbird
import LeveeCore
import NIOCore

/// Answers with what a job has come to.
struct OutcomeRepresentation: Sendable {
    let inspection: any JobInspection
    let blobs: (any BlobStore)?
    let now: @Sendable () -> Timestamp

    /// The most bytes that are given to the connection at once.
    private static let chunkBytes = 64 << 10

    /// The outcome of a job that has ended.
    ///
    /// - Parameters:
    ///   - record: The job.
    ///   - request: Its method and conditions count.
    ///   - extra: What goes beside the header fields of every outcome.
    /// - Returns: The result, or 304 if the client has it already.
    /// - Throws: ``Problem``: the stored failure, or that nothing is left.
    func response(of record: JobRecord, to request: Request, headers extra: HTTPFields = [:]) async throws -> Response {
        var headers = self.headers(of: record)
        headers.append(contentsOf: extra)
        let failure = record.state == .succeeded ? nil : FailureView(record)
        guard let result = record.result ?? record.failure?.answer,
            failure == nil || failure?.status.code == result.status
        else {
            guard var problem = failure?.problem else { throw Problem.gone }
            problem.headers = headers
            throw problem
        }
        let fields = HTTPFields(result.fields)
        let own = headers
        // These would say something of the job: that it is to be asked for later, or elsewhere.
        for field in fields where own[field.name] == nil && ![.retryAfter, .location].contains(field.name) {
            headers.append(field)
        }
        // Any other status of success would say something of the job, or of a part.
        let isPlain = result.status >= 400 || [200, 201, 204].contains(result.status)
        let status = HTTPResponse.Status(code: isPlain ? result.status : 200)
        if request.method != .post, let tag = headers[.eTag], !EntityTag.isNoneMatch(request.headers, tag: tag) {
            return Response(status: .notModified, headers: headers)
        }
        guard status != .noContent else { return Response(status: status, headers: headers) }
        // What a handler says of its result is not trusted to fit a header field.
        let isFit = MediaTypeSyntax.isValid(result.mediaType)
        headers[.contentType] = isFit ? result.mediaType : "application/octet-stream"
        // The bytes are the handler's: no browser shall take them for something else.
        headers[.xContentTypeOptions] = "nosniff"
        let body = try await body(of: result, record.id, isWanted: request.method != .head)
        if request.method == .head {
            headers[.contentLength] = String(result.length)
            return Response(status: status, headers: headers)
        }
        return Response(status: status, headers: headers, body: body)
    }

    /// What the handler of a job has answered, as it was: for clients that know nothing of jobs.
    ///
    /// - Throws: ``Problem`` where the handler has answered nothing.
    func passing(_ record: JobRecord, to request: Request, headers extra: HTTPFields) async throws -> Response {
        guard let result = record.state == .succeeded ? record.result : record.failure?.answer else {
            guard record.state != .succeeded else { throw Problem.gone }
            var problem = FailureView(record).passingProblem
            problem.headers = extra
            throw problem
        }
        var headers = HTTPFields(result.fields)
        headers.append(contentsOf: extra)
        let status = HTTPResponse.Status(code: result.status)
        guard status != .noContent, status != .notModified else { return Response(status: status, headers: headers) }
        // The length that the body would have had (RFC 9110 section 8.6).
        if request.method == .head, result.length == 0 {
            headers[.contentLength] = result.fields.values("Content-Length").first
        }
        headers[.contentType] =
            MediaTypeSyntax.isValid(result.mediaType) ? result.mediaType : "application/octet-stream"
        let body = try await body(of: result, record.id, isWanted: true)
        return Response(status: status, headers: headers, body: body)
    }

    /// The bytes; of a blob only as many as the client has taken, and whether it is there is seen before anything is said.
    private func body(of result: JobRecord.StoredResult, _ id: JobID, isWanted: Bool) async throws -> ResponseBody {
        if let blob = result.blob {
            return ResponseBody(try await reader(of: result, id), length: blob.length)
        }
        guard isWanted else { return ResponseBody() }
        return Self.body(of: try await bytes(of: result, id))
    }

    private func bytes(of result: JobRecord.StoredResult, _ id: JobID) async throws -> [UInt8] {
        guard let bytes = try await inspection.bytes(of: result, id) else { throw Problem.gone }
        return bytes
    }

    /// What reads a result piece by piece, wherever it lies.
    func reader(of result: JobRecord.StoredResult, _ id: JobID) async throws -> ContentReader {
        var content = Content(mediaType: result.mediaType, bytes: [])
        content.blob = result.blob
        if result.blob == nil { content.bytes = try await bytes(of: result, id) }
        return try await ContentReader(content, blobs: blobs)
    }

    /// What is said of a stored outcome, which never changes while it exists (RFC 8246, RFC 9111 section 5.2.2).
    func headers(of record: JobRecord) -> HTTPFields {
        let life = max(0, (record.expiresAt - now()).milliseconds / 1_000)
        return [
            .eTag: EntityTag.outcome(of: record),
            .cacheControl: "private, max-age=\(life), immutable",
        ]
    }

    /// A body that is written at the pace at which the client reads: a connection with something left to write is not idle.
    private static func body(of bytes: [UInt8]) -> ResponseBody {
        guard bytes.count > chunkBytes else { return ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)) }
        return ResponseBody(contentLength: bytes.count) { writer in
            for start in stride(from: 0, to: bytes.count, by: chunkBytes) {
                try await writer.write(ByteBuffer(bytes: bytes[start..<min(start + chunkBytes, bytes.count)]))
            }
            try await writer.finish(nil)
        }
    }
}

extension ResponseBody {
    /// Content that is read as far as the client has taken it.
    init(_ reader: ContentReader, length: Int) {
        self.init(contentLength: length) { writer in
            var reader = reader
            while let piece = try await reader.next() { try await writer.write(ByteBuffer(bytes: piece)) }
            try await writer.finish(nil)
        }
    }
}

extension HTTPFields {
    /// The fields of a stored answer that are fields indeed; how long a message is, is said by whoever sends it.
    fileprivate init(_ fields: [HeaderField]) {
        self = [:]
        for field in fields {
            guard let name = HTTPField.Name(field.name), name != .contentLength else { continue }
            append(HTTPField(name: name, value: field.value))
        }
    }
}
