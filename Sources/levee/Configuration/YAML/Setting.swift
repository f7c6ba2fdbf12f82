// Typed access to the values of a document; whatever does not fit is reported where it stands.

/// A value in the file, with the way to it.
struct Setting {
    /// The keys that lead to the value.
    let path: SettingPath
    /// The value.
    let node: YAMLNode
    /// Where the key stands; where there is no key, the value.
    let mark: YAMLMark
    /// Where problems and sources are gathered.
    let reading: ConfigurationReading

    /// Reads a single value.
    ///
    /// - Returns: The value, or `nil` if it does not fit, which has then been reported.
    func value<Value>(_ format: ValueFormat<Value>) -> Value? {
        guard case .scalar(let text, _) = node.content else {
            reportKind(expected: "write \(format.expectation)")
            return nil
        }
        reading.note(path, from: .file(node.mark))
        do throws(ValueComplaint) {
            return try format.read(text)
        } catch {
            reading.report(error.message, at: node.mark, path)
            return nil
        }
    }

    /// Reads a list of single values.
    ///
    /// - Returns: Those that fit, or `nil` if this is no list; the rest has been reported.
    func values<Value>(_ format: ValueFormat<Value>) -> [Value]? {
        guard case .list(let nodes) = node.content else {
            reportKind(expected: "write a list, such as [a, b]; each item \(format.expectation)")
            return nil
        }
        reading.note(path, from: .file(node.mark))
        return nodes.enumerated().compactMap { index, node in
            Setting(path: path.appending(index: index), node: node, mark: node.mark, reading: reading).value(format)
        }
    }

    /// Reads a section whose keys are known; a section without any key is allowed.
    ///
    /// - Returns: The section, or `nil` if this is none, which has then been reported, as have unknown keys.
    func section(keys: [String]) -> Section? {
        let settings = entries(expected: "write keys below it: \(keys.joined(separator: ", "))") { name in
            keys.contains(name) ? nil : Self.unknownKey(name, allowed: keys)
        }
        return settings.map { settings in
            Section(settings: Dictionary(settings.map { ($0.name, $0.setting) }) { first, _ in first })
        }
    }

    /// Reads a mapping whose keys the user has chosen; one without any key is allowed.
    ///
    /// - Parameter format: What a key must look like.
    /// - Returns: The entries in the order of the file whose keys fit; the rest has been reported.
    func named(_ format: ValueFormat<String>) -> [(name: String, setting: Setting)] {
        let settings = entries(expected: "write names with their values below it") { name in
            do throws(ValueComplaint) {
                _ = try format.read(name)
                return nil
            } catch {
                return error.message
            }
        }
        return settings ?? []
    }

    private func entries(
        expected: String,
        complaint: (String) -> String?
    ) -> [(name: String, setting: Setting)]? {
        reading.note(path, from: .file(mark))
        let entries: [YAMLEntry]
        switch node.content {
        case .mapping(let written): entries = written
        case .nothing: entries = []
        case .scalar, .list, .refused:
            reportKind(expected: expected)
            return nil
        }
        return entries.compactMap { entry in
            let place = path.appending(entry.key)
            if let message = complaint(entry.key) {
                reading.report(message, at: entry.mark, place)
                return nil
            }
            return (entry.key, Setting(path: place, node: entry.value, mark: entry.mark, reading: reading))
        }
    }

    private func reportKind(expected: String) {
        switch node.content {
        case .refused: break
        case .nothing: reading.report("has no value; \(expected)", at: mark, path)
        case .scalar, .list, .mapping:
            reading.report("\(node.content.kind) does not fit here; \(expected)", at: node.mark, path)
        }
    }

    private static func unknownKey(_ key: String, allowed: [String]) -> String {
        let hint = NearMiss.suggestion(for: key, among: allowed).map { "did you mean \($0)? " } ?? ""
        return "unknown key; \(hint)the keys here are \(allowed.joined(separator: ", "))"
    }
}

/// The settings of one section of the file.
struct Section {
    fileprivate let settings: [String: Setting]

    /// The setting of a key, if it is there.
    subscript(key: String) -> Setting? { settings[key] }

    /// Reads a single value, and leaves `target` alone where it is missing or does not fit.
    func read<Value>(_ key: String, _ format: ValueFormat<Value>, into target: inout Value) {
        if let value = settings[key]?.value(format) { target = value }
    }

    /// Reads a single value that may be missing.
    func read<Value>(_ key: String, _ format: ValueFormat<Value>, into target: inout Value?) {
        if let value = settings[key]?.value(format) { target = value }
    }
}
