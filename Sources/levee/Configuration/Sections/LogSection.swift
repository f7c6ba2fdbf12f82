// The section `log` of the file.

extension LogSettings {
    /// The keys of the section.
    static let keys = ["level"]

    /// Takes over what the section says.
    mutating func read(_ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return }
        section.read("level", .level, into: &level)
    }
}
