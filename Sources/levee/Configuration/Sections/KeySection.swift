// One API key in the section `keys` of the file.

import LeveeCore

extension APIKey {
    /// The keys of an API key.
    static let keys = ["sha256", "tenant", "scopes"]

    /// Takes over what the file says of the API key.
    init?(_ name: String, _ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return nil }
        guard let hash = section["sha256"] else {
            setting.reading.report("has no sha256; `levee key` makes a key and says what to write", at: setting.path)
            return nil
        }
        guard let digest = hash.value(.digest) else { return nil }
        self.init(name: name, digest: digest)
        if let text = section["tenant"]?.value(.name) { tenant = Tenant(text) }
        let known = ValueFormat<String>.oneOf(Scope.allCases.map(\.rawValue))
        guard let list = section["scopes"], let names = list.values(known) else { return }
        if list.node.content == .list([]) {
            list.reading.report("names no scope; leave it out for submit and read", at: list.path)
        }
        scopes = Set(names.compactMap(Scope.init))
    }
}

extension Configuration {
    /// Takes over the keys, no two of which may be the same.
    mutating func readKeys(_ setting: Setting) {
        for (name, settings) in setting.named(.name) {
            guard let key = APIKey(name, settings) else { continue }
            if let twin = keys.first(where: { $0.digest == key.digest }) {
                settings.reading.report("is the same key as \(twin.name); give each its own", at: settings.path)
            }
            keys.append(key)
        }
    }
}

extension ValueFormat<[UInt8]> {
    /// SHA-256 in hexadecimal. A complaint never shows what was written: it may be the key itself.
    static let digest = ValueFormat(expectation: "the 64 hexadecimal digits that `levee key` prints as sha256") {
        text throws(ValueComplaint) in
        guard let bytes = Hexadecimal.bytes(text), bytes.count == APIKey.digestLength else {
            let hint = "write the 64 hexadecimal digits that `levee key` prints as sha256, never the key"
            throw ValueComplaint(message: "this is no SHA-256; \(hint)")
        }
        return bytes
    }
}
