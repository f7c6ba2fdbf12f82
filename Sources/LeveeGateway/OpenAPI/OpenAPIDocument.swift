// The description of a door, made of the same endpoints as its router.

import HTTPTypes
import LeveeCore

/// Writes an OpenAPI document (version 3.1.1).
///
/// HEAD and OPTIONS have no entries of their own: every GET has the one, every path has the other.
struct OpenAPIDocument {
    static let path = "/openapi.json"
    /// The version of the contract, by semver.org: not that of the program.
    private static let contractVersion = "1.0.0"

    let guide: Guide
    let entries: [Entry]
    /// What every answer may carry beside its own header fields.
    let everywhere: [FieldDescription]

    /// What there is to say of a door as a whole.
    struct Guide: Sendable {
        let title: String
        let description: String
        /// Where clients reach the door; `nil` if that is where they got the document.
        var server: String?
        /// The schemas that operations refer to.
        let schemas: [JSONMember]
    }

    /// A method at a path.
    struct Entry: Sendable {
        let method: HTTPRequest.Method
        let path: String
        /// What a key has to be good for; empty if none is needed.
        let scopes: [Scope]
        /// The statuses with which the door turns away who may not come in.
        let refusals: [Int]
        let operation: Operation
    }

    /// What can be wrong with any request.
    private static let usualProblems = [400, 408, 414, 431, 500, 501, 503, 505]

    /// The document.
    var tree: JSONTree {
        var members = [
            JSONMember("openapi", "3.1.1"),
            JSONMember(
                "info",
                [
                    "title": .string(guide.title), "version": .string(Self.contractVersion),
                    "description": .string(guide.description),
                ]
            ),
        ]
        if let server = guide.server { members.append(JSONMember("servers", [["url": .string(server)]])) }
        members.append(JSONMember("paths", paths))
        members.append(JSONMember("components", components))
        return .object(members)
    }

    private var isSecured: Bool { entries.contains { !$0.scopes.isEmpty } }

    private var paths: JSONTree {
        var order: [String] = []
        var items: [String: [JSONMember]] = [:]
        for entry in entries {
            if items[entry.path] == nil { order.append(entry.path) }
            items[entry.path, default: []].append(
                JSONMember(entry.method.rawValue.lowercased(), operation(of: entry))
            )
        }
        return .object(order.map { JSONMember($0, .object(items[$0] ?? [])) })
    }

    private func operation(of entry: Entry) -> JSONTree {
        let operation = entry.operation
        var members = [
            JSONMember("operationId", .string(operation.id)), JSONMember("summary", .string(operation.summary)),
        ]
        if !operation.parameters.isEmpty {
            members.append(JSONMember("parameters", .array(operation.parameters.map(tree(of:)))))
        }
        if let body = operation.body {
            members.append(
                JSONMember(
                    "requestBody",
                    [
                        "description": .string(body.description), "required": .boolean(body.isRequired),
                        "content": tree(of: body.content),
                    ]
                )
            )
        }
        members.append(JSONMember("responses", responses(of: entry)))
        if !entry.scopes.isEmpty {
            members.append(JSONMember("security", [["bearer": .array(entry.scopes.map { .string($0.rawValue) })]]))
        }
        return .object(members)
    }

    private func tree(of parameter: Operation.Parameter) -> JSONTree {
        [
            "name": .string(parameter.name),
            "in": .string(parameter.place.rawValue),
            "required": .boolean(parameter.place == .path || parameter.isRequired),
            "description": .string(parameter.description),
            "schema": parameter.schema,
        ]
    }

    private func responses(of entry: Entry) -> JSONTree {
        var responses: [Int: JSONTree] = [:]
        // A handler may use the statuses of problems for answers of its own.
        let problems = entry.operation.fallback == nil ? Self.usualProblems : []
        for code in problems + entry.refusals { responses[code] = Self.problemReference(code) }
        for answer in entry.operation.answers {
            let isProblem = answer.status.code >= 400
            responses[answer.status.code] = isProblem ? Self.problemReference(answer.status.code) : tree(of: answer)
        }
        var members = responses.sorted { $0.key < $1.key }.map { JSONMember("\($0.key)", $0.value) }
        if let fallback = entry.operation.fallback {
            members.append(
                JSONMember("default", ["description": .string(fallback), "content": ["*/*": [:]]])
            )
        }
        return .object(members)
    }

    private static func problemReference(_ code: Int) -> JSONTree { ["$ref": "#/components/responses/\(code)"] }

    private func tree(of answer: Operation.Answer) -> JSONTree {
        var members = [
            JSONMember("description", .string(answer.description)),
            JSONMember("headers", headers(always: answer.always, sometimes: answer.sometimes)),
        ]
        if !answer.content.isEmpty { members.append(JSONMember("content", tree(of: answer.content))) }
        if !answer.links.isEmpty {
            let links = answer.links.map { link in
                JSONMember(
                    link.name,
                    ["operationId": .string(link.operation), "parameters": ["id": "$response.body#/id"]]
                )
            }
            members.append(JSONMember("links", .object(links)))
        }
        return .object(members)
    }

    private func headers(always: [FieldDescription], sometimes: [FieldDescription]) -> JSONTree {
        let sure = Set(always.map(\.name))
        var seen = sure
        let rest = (sometimes + everywhere).filter { seen.insert($0.name).inserted }
        return .object(
            (always + rest).map { field in
                JSONMember(
                    field.name.rawName,
                    [
                        "description": .string(field.description),
                        "required": .boolean(sure.contains(field.name)),
                        "schema": field.schema,
                    ]
                )
            }
        )
    }

    private func tree(of content: [Operation.Content]) -> JSONTree {
        .object(
            content.map { content in
                JSONMember(content.mediaType, .object(content.schema.map { [JSONMember("schema", $0)] } ?? []))
            }
        )
    }

    private var components: JSONTree {
        let used = Set(entries.flatMap { $0.operation.answers.map(\.status.code) }.filter { $0 >= 400 })
        let codes = used.union(Self.usualProblems).union(entries.flatMap(\.refusals)).sorted()
        var members = [
            JSONMember("schemas", .object(guide.schemas)),
            JSONMember("responses", .object(codes.map { JSONMember("\($0)", problem($0)) })),
        ]
        if isSecured {
            members.append(
                JSONMember(
                    "securitySchemes",
                    ["bearer": ["type": "http", "scheme": "bearer", "description": "An API key of this deployment."]]
                )
            )
        }
        return .object(members)
    }

    private func problem(_ code: Int) -> JSONTree {
        let status = HTTPResponse.Status(code: code)
        return tree(
            of: Operation.Answer(
                status: status,
                description: Problem.meaning(of: status),
                sometimes: FieldDescription.ofProblems(status),
                content: [.problem]
            )
        )
    }
}
