// Bodies that have to be JSON of a certain form.

import HTTPTypes
import Hummingbird
import LeveeCore

/// The form of a request's body: what is described to clients is what is checked.
struct JSONBody: Sendable {
    /// The most bytes of a body.
    static let limit = 64 << 10

    let schema: JSONSchema

    init(_ tree: JSONTree) {
        var json = JSONWriter()
        tree.write(to: &json)
        guard let document = try? JSONDocument(json.bytes), let schema = try? JSONSchema(document) else {
            preconditionFailure("the form of a body is no schema: \(String(decoding: json.bytes, as: UTF8.self))")
        }
        self.schema = schema
    }

    /// The form as operations describe it.
    var content: Operation.Content { .json(.verbatim(schema.source)) }

    /// Reads the body of a request.
    ///
    /// - Throws: ``Problem`` for one that is too large, says that it is no JSON, is none, or has another form.
    func read(_ request: Request, budget: PayloadBudget) async throws -> JSONValue {
        if let mediaType = request.headers[.contentType], !Content.isJSON(mediaType) { throw Problem.notJSON }
        let reader = PayloadReader(limit: Self.limit, budget: budget)
        let bytes = try await reader.read(request, as: "application/json", into: ContentCollector()).bytes
        let document: JSONDocument
        do throws(JSONSyntaxError) {
            document = try JSONDocument(bytes)
        } catch {
            throw Problem.invalidBody([JSONViolation(pointer: "", keyword: "type", detail: "must be JSON: \(error)")])
        }
        let violations = schema.violations(of: document)
        guard violations.isEmpty else { throw Problem.invalidBody(violations) }
        return document.root
    }
}
