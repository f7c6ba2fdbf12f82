// The name of a place in the configuration, such as `jobs.thumbnail.timeout`.

/// The keys that lead from the top of the configuration to one setting.
struct SettingPath: Hashable, Sendable {
    /// The keys as they stand in the file; an item of a list is its number in brackets, from 0.
    private(set) var components: [String]

    /// The top of the file.
    static let root = SettingPath([])

    /// Creates a path from its keys.
    init(_ components: [String]) {
        self.components = components
    }

    /// Creates a path from its keys.
    init(_ components: String...) {
        self.components = components
    }

    /// The path of a key below this one.
    func appending(_ key: String) -> SettingPath {
        SettingPath(components + [key])
    }

    /// The path of what is further down.
    func appending(keys: [String]) -> SettingPath {
        SettingPath(components + keys)
    }

    /// Whether this is the path of another setting or of something below it.
    func isWithin(_ path: SettingPath) -> Bool {
        components.starts(with: path.components)
    }

    /// The path of an item of the list at this path.
    func appending(index: Int) -> SettingPath {
        SettingPath(components + ["[\(index)]"])
    }
}

extension SettingPath: CustomStringConvertible {
    /// The keys with dots between them; a key that is no plain word is quoted.
    var description: String {
        components.reduce(into: "") { text, key in
            if key.hasPrefix("["), key.hasSuffix("]") {
                text += key
            } else {
                let isPlain = !key.isEmpty && key.utf8.allSatisfy(\.isPlain)
                text += (text.isEmpty ? "" : ".") + (isPlain ? key : LineText.quoted(key))
            }
        }
    }
}

extension UInt8 {
    fileprivate var isPlain: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
            || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
    }
}
