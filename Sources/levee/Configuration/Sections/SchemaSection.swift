// The keys `schema` and `schemaFile` of a job type: what its payloads have to look like.

import LeveeCore

extension JSONSchema {
    /// The most bytes that a file with a schema may have, 1 MiB.
    private static let maxFileBytes = 1 << 20

    /// Takes over what the section of a job type says; `nil` if it says nothing or what does not fit, which has then been
    /// reported.
    init?(_ section: Section) {
        switch (section["schema"], section["schemaFile"]) {
        case (nil, nil): return nil
        case (let inline?, nil): self.init(inline: inline)
        case (nil, let file?): self.init(file: file)
        case (_?, let file?):
            file.reading.report("stands beside a schema; remove one of them", at: file.mark, file.path)
            return nil
        }
    }

    private init?(inline setting: Setting) {
        setting.reading.note(setting.path, from: .file(setting.mark))
        var writer = YAMLToJSON()
        writer.write(setting.node)
        for fault in writer.faults { setting.reading.report(fault.message, at: fault.mark, setting.path) }
        guard writer.faults.isEmpty else { return nil }
        do throws(JSONSyntaxError) {
            let document = try JSONDocument(writer.bytes)
            self.init(document) { problem in
                let mark = writer.mark(at: problem.offset) ?? setting.mark
                setting.reading.report(Self.message(of: problem), at: mark, setting.path.appending(keys: problem.path))
            }
        } catch {
            // Of all that JSON refuses only too deep a text can come from YAML.
            let mark = writer.mark(at: error.offset) ?? setting.mark
            setting.reading.report(error.reason.rawValue, at: mark, setting.path)
            return nil
        }
    }

    private init?(file setting: Setting) {
        guard let name = setting.value(.text) else { return nil }
        let reading = setting.reading
        let file = FilePath.absolute(name, in: reading.folder)
        let text: String
        do throws(FileReadError) {
            text = try FilePath.read(file, limit: Self.maxFileBytes)
        } catch {
            let message = "\(LineText.quoted(file, limit: 1_000)): \(error.message)"
            reading.report(message, at: setting.node.mark, setting.path)
            return nil
        }
        do throws(JSONSyntaxError) {
            let document = try JSONDocument(Array(text.utf8))
            self.init(document) { problem in
                let (line, column) = document.position(of: problem.offset)
                let mark = YAMLMark(line: line, column: column)
                reading.report(Self.message(of: problem), in: file, at: mark, SettingPath(problem.path))
            }
        } catch {
            let mark = YAMLMark(line: error.line, column: error.column)
            reading.report("not valid JSON: \(error.reason.rawValue)", in: file, at: mark, .root)
            return nil
        }
    }

    private init?(_ document: JSONDocument, report: (InvalidJSONSchema.Problem) -> Void) {
        do throws(InvalidJSONSchema) {
            try self.init(document)
        } catch {
            error.problems.forEach(report)
            return nil
        }
    }

    private static func message(of problem: InvalidJSONSchema.Problem) -> String {
        guard let keyword = problem.unknownKeyword else { return problem.message }
        let hint = NearMiss.suggestion(for: keyword, among: keywords).map { "did you mean \($0)? " } ?? ""
        return "\(problem.message); \(hint)the keywords here are \(keywords.joined(separator: ", "))"
    }
}
