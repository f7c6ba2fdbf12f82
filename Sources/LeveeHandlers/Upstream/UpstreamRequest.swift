// A job as a request to its upstream.

import AsyncHTTPClient
import LeveeCore
import NIOCore
import NIOHTTP1

extension UpstreamConfiguration {
    /// The request that a job stands for.
    func request(for job: LeasedJob, payload: Content, trace: TraceContext?) -> HTTPClientRequest {
        let line = job.request?.line
        var request = HTTPClientRequest(url: url(below: line?.target))
        request.method = HTTPMethod(rawValue: line?.method ?? "POST")
        let came = job.request?.fields ?? []
        for field in came where requestFields.contains(field.name.lowercased()) {
            request.headers.add(name: field.name, value: field.value)
        }
        for field in fields { request.headers.replaceOrAdd(name: field.name, value: field.value) }
        // The client's own key, or one that is the same for each attempt at the job.
        let key = came.values("idempotency-key").first ?? job.lease.id.text
        request.headers.replaceOrAdd(name: "Idempotency-Key", value: key)
        if let trace {
            request.headers.replaceOrAdd(name: "traceparent", value: trace.traceparent)
            if !trace.state.isEmpty { request.headers.replaceOrAdd(name: "tracestate", value: trace.state) }
        }
        if !payload.bytes.isEmpty {
            request.headers.replaceOrAdd(name: "Content-Type", value: payload.mediaType)
        }
        if !payload.bytes.isEmpty || [.POST, .PUT, .PATCH].contains(request.method) {
            request.body = .bytes(ByteBuffer(bytes: payload.bytes))
        }
        return request
    }

    private func url(below target: String?) -> String {
        guard let target else { return url }
        return (url.hasSuffix("/") ? String(url.dropLast()) : url) + (target.hasPrefix("/") ? target : "/" + target)
    }

    /// The header fields of a response that pass.
    func passing(_ headers: HTTPHeaders) -> [HeaderField] {
        let named = Set(headers[canonicalForm: "connection"].map { $0.lowercased() })
        return headers.compactMap { name, value in
            let key = name.lowercased()
            guard responseFields.contains(key), !Self.heldFields.contains(key), !named.contains(key) else { return nil }
            return HeaderField(name, value)
        }
    }
}
