// The key `handler` of a job type: what runs its jobs.

import LeveeCore
import LeveeHandlers

extension HandlerDefinition {
    /// The forms of a handler, of which a job type has one.
    static let keys = ["exec", "upstream", "builtin"]

    /// Takes over what the file says; `nil` if it does not fit, which has then been reported.
    init?(_ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return nil }
        let forms = Self.keys.filter { section[$0] != nil }
        guard forms.count < 2 else {
            setting.reading.report(
                "has more than one form; remove \(forms.joined(separator: " or "))",
                at: setting.path
            )
            return nil
        }
        if let exec = section["exec"] {
            guard let definition = ExecDefinition(exec) else { return nil }
            self = .exec(definition)
        } else if let upstream = section["upstream"] {
            guard let definition = UpstreamDefinition(upstream) else { return nil }
            self = .upstream(definition)
        } else if let builtin = section["builtin"] {
            guard let name = builtin.value(.oneOf(Self.builtins)) else { return nil }
            self = .builtin(name)
        } else {
            setting.reading.report(
                "names no handler; write exec with a command, upstream with a url or builtin with one of "
                    + "\(Self.builtins.joined(separator: ", "))",
                at: setting.path
            )
            return nil
        }
    }
}

extension ExecDefinition {
    /// The keys of a program.
    static let keys = ["command", "resultType", "environment", "workingDirectory", "killGrace", "memory", "cpuTime"]

    /// Takes over what the file says; `nil` if there is no command, which has then been reported.
    fileprivate init?(_ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return nil }
        let folder = setting.reading.folder
        self.init(command: section["command"].map { Self.command($0, in: folder) } ?? [])
        section.read("resultType", .mediaType, into: &resultType)
        section.read("workingDirectory", .text, into: &workingDirectory)
        workingDirectory = workingDirectory.map { FilePath.absolute($0, in: folder) }
        section.read("killGrace", .duration(.zero ... .seconds(300)), into: &killGrace)
        section.read("memory", .size(1 << 20...1 << 50), into: &limits.memoryBytes)
        section.read("cpuTime", .duration(.seconds(1) ... .seconds(604_800)), into: &limits.cpuTime)
        for (name, value) in section["environment"]?.named(.variableName) ?? [] {
            environment[name] = value.value(.argument)
        }
        guard section["command"] == nil else { return }
        setting.reading.report("has no command; write command: [program, argument, ...]", at: setting.path)
    }

    private static func command(_ setting: Setting, in folder: String) -> [String] {
        if case .scalar = setting.node.content {
            setting.reading.report(
                "a single value does not fit here; write a list, such as [program, argument]: there is no shell",
                at: setting.node.mark,
                setting.path
            )
            return []
        }
        guard var words = setting.values(.argument) else { return [] }
        guard let program = words.first, !program.isEmpty else {
            setting.reading.report("names no program; write [program, argument, ...]", at: setting.path)
            return []
        }
        if program.contains("/") { words[0] = FilePath.absolute(program, in: folder) }
        return words
    }
}

extension ValueFormat<String> {
    /// The name of an environment variable that a program may be given.
    static let variableName = ValueFormat(
        expectation: "letters, digits and \"_\", not beginning with a digit or with LEVEE_, which is Levee's own"
    ) { name in
        let isWord = name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
        }
        guard let first = name.utf8.first, isWord, !(0x30...0x39).contains(first) else { return nil }
        return name.hasPrefix("LEVEE_") ? nil : name
    }
}
