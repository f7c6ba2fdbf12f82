// A YAML document as the configuration reads it: scalars, lists and mappings, each with its position.

/// A value in a YAML document.
struct YAMLNode: Equatable {
    /// Where the value begins.
    var mark: YAMLMark
    var content: Content

    /// What the value is.
    indirect enum Content: Equatable {
        /// No value: nothing, `~` or `null`.
        case nothing
        /// A text or a number, as it was written; in quotes it is a text whatever it looks like.
        case scalar(String, isQuoted: Bool = false)
        case list([YAMLNode])
        case mapping([YAMLEntry])
        /// Something that is not supported and has been reported.
        case refused
    }
}

/// A key of a mapping with its value.
struct YAMLEntry: Equatable {
    var key: String
    /// Where the key stands.
    var mark: YAMLMark
    var value: YAMLNode
}

extension YAMLNode.Content {
    /// What the value is, in words.
    var kind: String {
        switch self {
        case .nothing: "nothing"
        case .scalar: "a single value"
        case .list: "a list"
        case .mapping: "a mapping of keys to values"
        case .refused: "what is not supported"
        }
    }
}
