// What a client can know of an endpoint beforehand.

import HTTPTypes

/// An endpoint as its door's OpenAPI document describes it (OpenAPI 3.1, section 4.8.10).
struct Operation: Sendable {
    /// A name that is its own in the document: what links go to, and what generated clients call their functions.
    let id: String
    let summary: String
    var parameters: [Parameter] = []
    var body: Body?
    /// What is answered beside the problems that every request may meet.
    var answers: [Answer]
    /// What is answered with any other status, where that is for others to say.
    var fallback: String?

    /// What a request may say outside its body.
    struct Parameter: Sendable {
        let name: String
        let place: Place
        let description: String
        let schema: JSONTree
        /// Whether it has to be there, as what stands in the path always has.
        var isRequired = false

        /// Where a parameter stands.
        enum Place: String, Sendable {
            case path, query, header
        }
    }

    /// What a request carries.
    struct Body: Sendable {
        let description: String
        let isRequired: Bool
        let content: [Content]
    }

    /// A media type or range, and what its representations look like; `nil` where that is nobody's business.
    struct Content: Sendable {
        let mediaType: String
        var schema: JSONTree?
    }

    /// What is answered with one status.
    struct Answer: Sendable {
        let status: HTTPResponse.Status
        let description: String
        /// The header fields that are always there.
        var always: [FieldDescription] = []
        /// Those that are there where there is something to say.
        var sometimes: [FieldDescription] = []
        var content: [Content] = []
        /// Operations that take the id in the body of this answer, by the names of the links.
        var links: [(name: String, operation: String)] = []
    }
}

extension Operation.Answer {
    /// A problem document; how each status looks is the same everywhere.
    static func problem(_ status: HTTPResponse.Status) -> Operation.Answer {
        Operation.Answer(status: status, description: status.reasonPhrase, content: [.problem])
    }

    static func problems(_ codes: Int...) -> [Operation.Answer] {
        codes.map { .problem(HTTPResponse.Status(code: $0)) }
    }

    /// A JSON document that nobody may keep.
    static func json(
        _ description: String,
        _ schema: JSONTree,
        as status: HTTPResponse.Status = .ok
    ) -> Operation.Answer {
        Operation.Answer(
            status: status,
            description: description,
            always: [.cacheControl],
            content: [.json(schema)]
        )
    }
}

extension Operation.Content {
    static let problem = Operation.Content(mediaType: Problem.mediaType, schema: Schemas.reference("Problem"))

    static func json(_ schema: JSONTree) -> Operation.Content {
        Operation.Content(mediaType: "application/json", schema: schema)
    }
}
