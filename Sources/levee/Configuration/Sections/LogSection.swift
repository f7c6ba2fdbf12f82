// The section `log` of the file.

extension LogSettings {
    /// The keys of the section.
    static let keys = ["level", "format"]

    /// Takes over what the section says.
    mutating func read(_ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return }
        section.read("level", .level, into: &level)
        section.read("format", .logFormat, into: &format)
    }
}
