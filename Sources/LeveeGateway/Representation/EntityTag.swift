// Conditional requests: what a client has, and what it goes by.

import HTTPTypes
import LeveeCore

/// Entity tags (RFC 9110 section 8.8.3): how they are made, and how requests name them.
enum EntityTag {
    /// A job's version as the validator of its status: weak, since its place in the queue changes without a new version.
    static func status(of record: JobRecord) -> String { "W/\"\(record.version)\"" }

    /// The validator of a job's outcome, which never changes.
    static func outcome(of record: JobRecord) -> String { "\"\(record.id.text)-\(record.version)\"" }

    /// Whether the condition of `If-None-Match` holds (RFC 9110 section 13.1.2): none of its tags is the given one by weak
    /// comparison, and it is not `*`. Holds where the field is missing; what is malformed is passed over.
    ///
    /// - Parameters:
    ///   - headers: The header fields of the request.
    ///   - tag: The tag of the representation that would be sent.
    /// - Returns: Whether the representation has to be sent.
    static func isNoneMatch(_ headers: HTTPFields, tag: String) -> Bool {
        let list = List(headers[values: .ifNoneMatch])
        return !list.isAny && !list.opaque.contains(opaque(tag))
    }

    /// The versions of a job that `If-Match` names (RFC 9110 section 13.1.1), by the tag of its status or of its outcome.
    ///
    /// Tags are compared weakly, unlike the RFC has it: what a change of a job depends on is its version, which the weak tag of
    /// its status names as well as the strong one of its outcome.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - headers: The header fields of the request.
    /// - Returns: The versions; `nil` if any will do.
    /// - Throws: A problem for a field that is no list of entity tags: without the condition, more might be done than meant.
    static func versions(of id: JobID, in headers: HTTPFields) throws(Problem) -> [Int]? {
        let values = headers[values: .ifMatch]
        guard !values.isEmpty else { return nil }
        let list = List(values)
        guard list.isWellFormed, list.isAny != !list.opaque.isEmpty else {
            let hint = "Send the ETag of the job's monitor or resource, quotation marks included, or an asterisk."
            throw .malformedField("If-Match", values.joined(separator: ", "), hint: hint)
        }
        guard !list.isAny else { return nil }
        return list.opaque.compactMap { tag in
            let text = tag.dropFirst().dropLast()
            return Int(text.hasPrefix(id.text + "-") ? text.dropFirst(id.text.count + 1) : text)
        }
    }

    private static func opaque(_ tag: String) -> Substring {
        tag.hasPrefix("W/") ? tag.dropFirst(2) : Substring(tag)
    }

    /// What a condition names: a list of tags, or an asterisk for any.
    private struct List {
        private(set) var isAny = false
        /// The tags in their quotation marks, whether weak or strong.
        private(set) var opaque: [Substring] = []
        private(set) var isWellFormed = true

        init(_ values: [String]) {
            for value in values {
                var rest = Substring(value)
                while true {
                    rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
                    if rest.isEmpty { break }
                    if rest.hasPrefix("*") {
                        isAny = true
                        rest = rest.dropFirst()
                    } else {
                        let quoted = EntityTag.opaque(String(rest))
                        guard quoted.first == "\"", let end = quoted.dropFirst().firstIndex(of: "\"") else {
                            isWellFormed = false
                            break
                        }
                        opaque.append(quoted[...end])
                        rest = quoted[quoted.index(after: end)...]
                    }
                    rest = rest.drop { $0 == " " || $0 == "\t" }
                    guard rest.isEmpty || rest.first == "," else {
                        isWellFormed = false
                        break
                    }
                }
            }
        }
    }
}
