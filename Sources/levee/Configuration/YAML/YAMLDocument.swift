// Parses the text of a file with Yams into nodes with positions. The only file that knows Yams.

private import Yams

/// A parsed document and what is wrong with it.
struct YAMLDocument {
    /// The value at the top; `nil` if there is nothing but blanks and comments.
    private(set) var root: YAMLNode?
    /// What the parser lets pass and the configuration does not: aliases, tags, keys that are no words or stand twice.
    private(set) var faults: [(path: SettingPath, error: YAMLSyntaxError)] = []

    /// Parses a text.
    ///
    /// - Throws: The first place where it is no YAML.
    init(_ text: String) throws(YAMLSyntaxError) {
        var text = try YAMLText(text)
        var disguised: [YAMLMark: String] = [:]
        var duplicate: YAMLSyntaxError?
        while true {
            do {
                let parser = try Parser(yaml: text.string, resolver: .basic, encoding: .utf8)
                if let node = try parser.singleRoot() {
                    var conversion = NodeConversion(disguised: disguised)
                    root = conversion.node(node, at: .root)
                    faults = conversion.faults
                }
                return
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                let (name, mark) = (names.first ?? "", YAMLMark(context.mark))
                let message = "the key \(LineText.quoted(name)) stands here more than once"
                let error = YAMLSyntaxError(mark: mark, message: message)
                duplicate = duplicate ?? error
                let disguise = YAMLText.disguises.lowerBound + UInt32(disguised.count)
                guard YAMLText.disguises.contains(disguise), text.disguiseKey(at: mark, as: disguise) else {
                    throw duplicate ?? error
                }
                disguised[mark] = name
            } catch {
                throw duplicate ?? YAMLSyntaxError(error, in: text)
            }
        }
    }
}

/// Turns Yams' nodes into our own and collects what is not allowed in them.
private struct NodeConversion {
    /// The real names of the keys that were disguised.
    let disguised: [YAMLMark: String]
    var faults: [(path: SettingPath, error: YAMLSyntaxError)] = []

    mutating func node(_ node: Node, at path: SettingPath) -> YAMLNode {
        let mark = YAMLMark(of: node)
        if refusesTag(of: node, at: mark, path) { return YAMLNode(mark: mark, content: .refused) }
        switch node {
        case .scalar(let scalar):
            return YAMLNode(mark: mark, content: content(of: scalar, at: mark, path))
        case .sequence(let sequence):
            var items: [YAMLNode] = []
            for (index, item) in sequence.enumerated() {
                items.append(self.node(item, at: path.appending(index: index)))
            }
            return YAMLNode(mark: mark, content: .list(items))
        case .mapping(let mapping):
            return YAMLNode(mark: mark, content: .mapping(entries(of: mapping, at: path)))
        case .alias:
            return YAMLNode(mark: mark, content: .refused)
        }
    }

    private mutating func entries(of mapping: Node.Mapping, at path: SettingPath) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var marks: [String: YAMLMark] = [:]
        for (key, value) in mapping {
            let mark = YAMLMark(of: key)
            let content = self.node(key, at: path).content
            guard case .scalar(let name, _) = content else {
                if content != .refused { report("a key must be a single word", at: mark, path) }
                continue
            }
            let key = disguised[mark] ?? name
            let place = path.appending(key)
            if let first = marks[key] {
                report("this key stands here twice (first in line \(first.line)); remove one", at: mark, place)
            } else {
                marks[key] = mark
                entries.append(YAMLEntry(key: key, mark: mark, value: self.node(value, at: place)))
            }
        }
        return entries
    }

    private mutating func content(
        of scalar: Node.Scalar,
        at mark: YAMLMark,
        _ path: SettingPath
    ) -> YAMLNode.Content {
        let text = scalar.string
        guard scalar.style == .plain else { return .scalar(text.withStars, isQuoted: true) }
        if text.unicodeScalars.first == YAMLText.star {
            report(
                "aliases (*name) are not supported; write the value out, or put it in quotes if it is meant as text",
                at: mark,
                path
            )
            return .refused
        }
        let isNothing = ["", "~", "null", "Null", "NULL"].contains(text)
        return isNothing ? .nothing : .scalar(text.withStars)
    }

    private mutating func refusesTag(of node: Node, at mark: YAMLMark, _ path: SettingPath) -> Bool {
        let name: String? =
            switch node {
            case .scalar(let scalar): scalar.tag.rawValue
            case .sequence(let sequence): sequence.tag.rawValue
            case .mapping(let mapping): mapping.tag.rawValue
            case .alias: nil
            }
        // The parser itself gives these to quoted texts and to keys.
        let harmless = [Tag.Name.implicit, .nonSpecific, .str, .seq, .map].map(\.rawValue)
        guard let name, !harmless.contains(name) else { return false }
        report("tags (\(LineText.escaped(name))) are not supported; remove it", at: mark, path)
        return true
    }

    private mutating func report(_ message: String, at mark: YAMLMark, _ path: SettingPath) {
        faults.append((path, YAMLSyntaxError(mark: mark, message: message)))
    }
}

extension String {
    fileprivate var withStars: String {
        guard unicodeScalars.contains(YAMLText.star) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { $0 == YAMLText.star ? "*" : $0 }))
    }
}

extension YAMLMark {
    /// Where a parsed node begins; the parser marks every one.
    fileprivate init(of node: Node) {
        self = node.mark.map(YAMLMark.init) ?? YAMLMark(line: 1, column: 1)
    }

    fileprivate init(_ mark: Mark) {
        self.init(line: mark.line, column: mark.column)
    }
}

extension YAMLSyntaxError {
    /// Puts the parser's error into words for people.
    fileprivate init(_ error: any Error, in text: YAMLText) {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _):
            let mark = YAMLMark(mark)
            if text[mark] == "\t" {
                self.init(mark: mark, message: "not valid YAML: a tab cannot indent; use blanks")
            } else if problem.contains("nesting level") {
                self.init(mark: mark, message: "nested too deeply")
            } else {
                let whole = context.map { ", \($0.text) that begins in line \($0.mark.line)" } ?? ""
                self.init(mark: mark, message: "not valid YAML: \(problem)\(whole)")
            }
        case YamlError.composer(_, _, let mark, _):
            self.init(mark: YAMLMark(mark), message: "a second document begins here; a configuration is one document")
        default:
            self.init(mark: YAMLMark(line: 1, column: 1), message: "not valid YAML: \(LineText.escaped("\(error)"))")
        }
    }
}
