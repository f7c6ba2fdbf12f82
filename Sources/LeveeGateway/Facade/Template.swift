// JSON with holes in it, which the parts of a request fill: how a route makes a payload, or an answer.

import LeveeCore

/// A text with placeholders: `${path.number}`, `user ${header.x-user} of ${address}`.
public struct TextTemplate: Sendable, Equatable {
    /// A part of the text.
    enum Piece: Sendable, Equatable {
        case text(String)
        case value(Placeholder)
    }

    let pieces: [Piece]

    /// Why a text is no template.
    public struct Fault: Error, Equatable {
        /// What is wrong and what to write.
        public let message: String
    }

    /// Reads a template.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - names: The names in the path of the route.
    /// - Throws: What is wrong with a placeholder.
    public init(_ text: String, names: [String]) throws(Fault) {
        var pieces: [Piece] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            if start.lowerBound > rest.startIndex { pieces.append(.text(String(rest[..<start.lowerBound]))) }
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw Fault(message: "has a ${ without its }; write a source between them, such as ${path.id}")
            }
            pieces.append(.value(try Placeholder(rest[start.upperBound..<end], names: names)))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        self.pieces = pieces
    }

    /// Whether nothing but names in the path of the route goes into the text.
    public var takesPathOnly: Bool {
        pieces.allSatisfy { piece in
            guard case .value(let placeholder) = piece else { return true }
            if case .path = placeholder.source { return true }
            return false
        }
    }

    /// The text with all holes filled; what is not there leaves nothing.
    func text(_ values: RequestValues) -> String {
        pieces.reduce(into: "") { text, piece in
            switch piece {
            case .text(let part): text += part
            case .value(let placeholder): text += values[placeholder.source] ?? ""
            }
        }
    }
}

/// Where a value comes from, and what JSON it becomes.
struct Placeholder: Sendable, Equatable {
    /// What JSON a value that stands alone becomes.
    enum Kind: String, Sendable, CaseIterable {
        case text, number, boolean, json
    }

    /// Where a value comes from.
    enum Source: Sendable, Equatable {
        case path(String)
        case query(String)
        case header(String)
        /// The body as text.
        case body
        case method
        /// Path and query as they came.
        case target
        /// The pattern of the route.
        case route
        /// The IP address of the client.
        case address
        /// The id of the job.
        case id
        /// How the job stands, by the names of the route.
        case status
        /// `synchronous` or `asynchronous`.
        case invocation

        /// The sources that need no name behind them.
        static let plain: [String: Source] = [
            "body": .body, "method": .method, "target": .target, "route": .route, "address": .address, "id": .id,
            "status": .status, "invocation": .invocation,
        ]
    }

    let source: Source
    let kind: Kind

    init(_ text: Substring, names: [String]) throws(TextTemplate.Fault) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let kind = parts.count == 2 ? Kind(rawValue: parts[1]) : .text
        guard let kind else {
            let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw TextTemplate.Fault(message: "${\(text)} names no kind of value; the kinds are \(kinds)")
        }
        self.kind = kind
        let words = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (words[0], words.count == 2 ? words[1] : nil) {
        case ("path", let name?):
            guard names.contains(name) else {
                let known = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
                throw TextTemplate.Fault(message: "${\(text)} is no name in the path of the route; \(known)")
            }
            source = .path(name)
        case ("query", let name?) where !name.isEmpty: source = .query(name)
        case ("header", let name?) where !name.isEmpty: source = .header(name.lowercased())
        case (let word, nil):
            guard let plain = Source.plain[word] else { throw Self.unknown(text) }
            source = plain
        default: throw Self.unknown(text)
        }
    }

    private static func unknown(_ text: Substring) -> TextTemplate.Fault {
        let plain = Source.plain.keys.sorted().joined(separator: ", ")
        return TextTemplate.Fault(
            message: "${\(text)} is no source; the sources are path.NAME, query.NAME, header.NAME, \(plain)"
        )
    }
}

/// A JSON value made of a request.
public indirect enum JSONTemplate: Sendable, Equatable {
    case object([(name: String, value: JSONTemplate)])
    case array([JSONTemplate])
    case text(TextTemplate)
    /// A text that is known to be JSON: a number, true, false or null.
    case literal(String)

    public static func == (left: JSONTemplate, right: JSONTemplate) -> Bool {
        switch (left, right) {
        case (.object(let left), .object(let right)):
            left.elementsEqual(right) { $0.name == $1.name && $0.value == $1.value }
        case (.array(let left), .array(let right)): left == right
        case (.text(let left), .text(let right)): left == right
        case (.literal(let left), .literal(let right)): left == right
        default: false
        }
    }

    /// The value with all holes filled. A member whose value is not there is left out; so is an element.
    ///
    /// - Throws: A problem for what is not the JSON it is to become.
    func tree(_ values: RequestValues) throws(Problem) -> JSONTree? {
        switch self {
        case .literal(let text): return .verbatim(text)
        case .array(let elements):
            var filled: [JSONTree] = []
            for element in elements { if let tree = try element.tree(values) { filled.append(tree) } }
            return .array(filled)
        case .object(let members):
            var filled: [JSONMember] = []
            for (name, value) in members {
                if let tree = try value.tree(values) { filled.append(JSONMember(name, tree)) }
            }
            return .object(filled)
        case .text(let template):
            guard template.pieces.count == 1, case .value(let placeholder) = template.pieces[0] else {
                return .string(template.text(values))
            }
            guard let text = values[placeholder.source] else { return nil }
            return try placeholder.tree(text)
        }
    }
}

extension Placeholder {
    /// A value as the JSON that it is to become.
    fileprivate func tree(_ text: String) throws(Problem) -> JSONTree {
        switch kind {
        case .text: return .string(text)
        case .boolean:
            guard text == "true" || text == "false" else { throw .unfitValue(name, text, expected: "true or false") }
            return .verbatim(text)
        case .number:
            let isNumber = text.utf8.first.map { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") } ?? false
            guard isNumber, JSONSyntax.isValid(Array(text.utf8)) else {
                throw .unfitValue(name, text, expected: "a number")
            }
            return .verbatim(text)
        case .json:
            do throws(JSONSyntaxError) {
                try JSONSyntax.validate(Array(text.utf8))
            } catch {
                throw .invalidJSON(error)
            }
            return .verbatim(text)
        }
    }

    private var name: String {
        switch source {
        case .path(let name): "\(name) in the path"
        case .query(let name): "\(name) in the query"
        case .header(let name): "the header field \(name)"
        case .body: "the body"
        case .method, .target, .route, .address, .id, .status, .invocation: "a value"
        }
    }
}

/// What placeholders stand for, for one request.
struct RequestValues {
    var path: [String: String] = [:]
    var query: [String: String] = [:]
    /// By name, in lower case.
    var headers: [String: String] = [:]
    var body = ""
    var method = ""
    var target = ""
    var route = ""
    var address: String?
    var id = ""
    var status = ""
    var isAsync = false

    subscript(source: Placeholder.Source) -> String? {
        switch source {
        case .path(let name): path[name]
        case .query(let name): query[name]
        case .header(let name): headers[name]
        case .body: body
        case .method: method
        case .target: target
        case .route: route
        case .address: address
        case .id: id
        case .status: status
        case .invocation: isAsync ? "asynchronous" : "synchronous"
        }
    }
}
