// The key `upstream` of a handler: an HTTP service that runs the jobs.

import LeveeCore
import LeveeHandlers

extension UpstreamDefinition {
    /// The keys of an upstream.
    static let keys = ["url", "requestHeaders", "responseHeaders", "headers", "outcomes", "connectTimeout"]

    /// Takes over what the file says; `nil` if there is no URL, which has then been reported.
    init?(_ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return nil }
        guard let url = section["url"] else {
            setting.reading.report("has no url; write url: http://host:port/path", at: setting.path)
            return nil
        }
        self.init(url: url.value(.upstreamURL) ?? "")
        if let names = section["requestHeaders"]?.values(.passingField) { requestFields = Set(names) }
        if let names = section["responseHeaders"]?.values(.passingField) { responseFields = Set(names) }
        for (name, value) in section["headers"]?.named(.passingField) ?? [] {
            if let text = value.value(.fieldValue) { fields.append(HeaderField(name, text)) }
        }
        for (name, value) in section["outcomes"]?.named(.outcome) ?? [] {
            guard let text = value.value(.oneOf(UpstreamRules.Verdict.allCases.map(\.rawValue))),
                let verdict = UpstreamRules.Verdict(rawValue: text)
            else { continue }
            if let trouble = UpstreamRules.Trouble(rawValue: name) {
                rules.troubles[trouble] = verdict
            } else if let status = Int(name) {
                rules.statuses[status] = verdict
            } else if let digit = Int(name.prefix(1)) {
                rules.classes[digit] = verdict
            }
        }
        section.read("connectTimeout", .duration(.milliseconds(1) ... .seconds(300)), into: &connectTimeout)
    }
}

extension ValueFormat<String> {
    /// Where an HTTP service is.
    fileprivate static let upstreamURL = ValueFormat(
        expectation: "http:// or https:// with a host and, where needed, port and path, without a query, "
            + "such as http://127.0.0.1:9000/api"
    ) { text in
        // The same grammar, but a slash at the end counts.
        guard let url = try? ValueFormat.publicURL.read(text) else { return nil }
        return text.hasSuffix("/") && !url.hasSuffix("/") && text.dropFirst(url.count) == "/" ? text : url
    }

    /// The name of a header field that may pass between clients and an upstream; kept in lower case.
    fileprivate static let passingField = ValueFormat(
        expectation:
            "the name of a header field that may pass; those of a connection, Host, Content-Length and Content-Type "
            + "never do, Idempotency-Key, traceparent and tracestate always"
    ) { text in
        let name = text.lowercased()
        let isToken = name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || "!#$%&'*+-.^_`|~".utf8.contains($0)
        }
        return !name.isEmpty && isToken && !UpstreamConfiguration.heldFields.contains(name) ? name : nil
    }

    /// The value of a header field.
    fileprivate static let fieldValue = ValueFormat(expectation: "a text of printable ASCII characters") { text in
        text.utf8.allSatisfy { (0x20...0x7E).contains($0) } ? text : nil
    }

    /// What an outcome is for: a status, a class of statuses, or what can go wrong without one.
    fileprivate static let outcome = ValueFormat(
        expectation: "a status from 300 to 599, 3xx, 4xx, 5xx, or one of "
            + UpstreamRules.Trouble.allCases.map(\.rawValue).joined(separator: ", ")
    ) { text in
        let isStatus = text.utf8.count == 3 && Int(text).map { (300...599).contains($0) } == true
        return isStatus || ["3xx", "4xx", "5xx"].contains(text) || UpstreamRules.Trouble(rawValue: text) != nil
            ? text : nil
    }
}
