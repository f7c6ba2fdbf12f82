// The section `routes` of the file: methods and paths of the user's own that make jobs.

import HTTPTypes
import LeveeCore
import LeveeGateway

/// A route, and where the file says what of it.
struct RouteDefinition: Sendable, Equatable {
    /// `GET /films/{id}`, as the file has it.
    var name: String
    var route: FacadeRoute

    /// Every pattern that the route takes, with the setting that names it.
    fileprivate var patterns: [(pattern: PathPattern, path: SettingPath)] {
        let path = SettingPath("routes", name)
        let places = [("status", route.statusPath), ("resource", route.resourcePath)]
        return [(route.pattern, path)]
            + places.compactMap { key, pattern in pattern.map { ($0, path.appending(key)) } }
    }
}

extension FacadeRoute {
    /// The keys of a route.
    static let keys = [
        "job", "payload", "target", "invocation", "wait", "accepted", "status", "resource", "statuses",
    ]

    /// What a route calls states: those of jobs, and two that stand for more.
    private static let statusKeys = ["submitted", "pending"] + JobState.allCases.map(\.rawValue)

    /// Takes over what the file says of a route; `nil` if that is none, which has then been reported.
    fileprivate init?(_ name: String, _ setting: Setting) {
        let reading = setting.reading
        let words = name.split(separator: " ").map(String.init)
        let methods = ["ANY"] + Self.anyMethods.map(\.rawValue)
        guard words.count == 2, methods.contains(words[0]) else {
            let hint =
                "write a method and a path, such as GET /films/{id}; the methods are \(methods.joined(separator: ", "))"
            reading.report("is no route; \(hint)", at: setting.mark, setting.path)
            return nil
        }
        let pattern: PathPattern
        do throws(PathPattern.Fault) {
            pattern = try PathPattern(words[1])
        } catch {
            reading.report(error.message, at: setting.mark, setting.path)
            return nil
        }
        guard let section = setting.section(keys: Self.keys) else { return nil }
        self.init(method: words[0] == "ANY" ? nil : HTTPRequest.Method(words[0]), pattern: pattern, type: "")
        section.read("job", .name, into: &type)
        if section["job"] == nil {
            reading.report("has no job; write job with one of the types below jobs", at: setting.path)
        }
        if let body = section["payload"] { payload = template(body, isPayload: true) }
        if let text = section["target"] { target = targetTemplate(text) }
        if let word = section["invocation"]?.value(.oneOf(["sync", "async"])) { isAsync = word == "async" }
        section.read("wait", .duration(.seconds(1) ... .seconds(900)), into: &limit)
        if let body = section["accepted"] { accepted = template(body, isPayload: false) }
        statusPath = section["status"].flatMap { Self.place($0) }
        resourcePath = section["resource"].flatMap { Self.place($0) }
        if let names = section["statuses"]?.section(keys: Self.statusKeys) {
            names.read("submitted", .text, into: &statuses.submitted)
            names.read("pending", .text, into: &statuses.pending)
            for state in JobState.allCases { statuses.states[state] = names[state.rawValue]?.value(.text) }
        }
    }

    /// `body`, or a JSON value with holes; `nil` for the first, and for what does not fit, which has then been reported.
    private func template(_ setting: Setting, isPayload: Bool) -> JSONTemplate? {
        if isPayload, setting.node.content == .scalar("body") {
            setting.reading.note(setting.path, from: .file(setting.node.mark))
            return nil
        }
        guard case .mapping = setting.node.content else {
            let body = isPayload ? "body to take the body as it came, or " : ""
            let hint = "write \(body)the members of a JSON object below it"
            setting.reading.report("does not fit here; \(hint)", at: setting.node.mark, setting.path)
            return nil
        }
        setting.reading.note(setting.path, from: .file(setting.mark))
        return template(setting.node, of: setting)
    }

    private func template(_ node: YAMLNode, of setting: Setting) -> JSONTemplate {
        switch node.content {
        case .mapping(let entries): return .object(entries.map { ($0.key, template($0.value, of: setting)) })
        case .list(let items): return .array(items.map { template($0, of: setting) })
        case .scalar(let text, _) where text.contains("${"):
            do throws(TextTemplate.Fault) {
                return .text(try TextTemplate(text, names: pattern.names))
            } catch {
                setting.reading.report(error.message, at: node.mark, setting.path)
                return .literal("null")
            }
        case .scalar, .nothing, .refused:
            var writer = YAMLToJSON()
            writer.write(node)
            for fault in writer.faults { setting.reading.report(fault.message, at: fault.mark, setting.path) }
            return .literal(String(decoding: writer.bytes, as: UTF8.self))
        }
    }

    /// A path with names of the route's in it.
    private func targetTemplate(_ setting: Setting) -> TextTemplate? {
        guard let text = setting.value(.text) else { return nil }
        let hint = "write a path with names of the route in it, such as /api/${path.rest}; the query passes by itself"
        guard text.hasPrefix("/"), !text.contains("?"), !text.contains("#"), !text.contains(" ") else {
            setting.reading.report("is no path; \(hint)", at: setting.node.mark, setting.path)
            return nil
        }
        do throws(TextTemplate.Fault) {
            let template = try TextTemplate(text, names: pattern.names)
            guard template.takesPathOnly else {
                setting.reading.report("takes more than the path; \(hint)", at: setting.node.mark, setting.path)
                return nil
            }
            return template
        } catch {
            setting.reading.report(error.message, at: setting.node.mark, setting.path)
            return nil
        }
    }

    /// Where something of a job is: a pattern with its id.
    private static func place(_ setting: Setting) -> PathPattern? {
        guard let text = setting.value(.text) else { return nil }
        do throws(PathPattern.Fault) {
            let pattern = try PathPattern(text)
            if pattern.names == ["id"], !text.contains("...") { return pattern }
            setting.reading.report(
                "has to hold the id of the job and no other name; write it as /task/{id}",
                at: setting.node.mark,
                setting.path
            )
        } catch {
            setting.reading.report(error.message, at: setting.node.mark, setting.path)
        }
        return nil
    }
}

extension Configuration {
    /// Takes over the routes.
    mutating func readRoutes(_ setting: Setting) {
        for (name, settings) in setting.named(.text) {
            guard let route = FacadeRoute(name, settings) else { continue }
            routes.append(RouteDefinition(name: name, route: route))
        }
    }

    /// Checks that each route makes jobs of a type that there is, and that no path leads to two of them.
    func checkRoutes(reporting reading: ConfigurationReading) {
        var taken: [(pattern: PathPattern, methods: Set<HTTPRequest.Method>, path: SettingPath)] = []
        for definition in routes {
            let route = definition.route
            let job = SettingPath("routes", definition.name, "job")
            if jobs[route.type] == nil, !route.type.isEmpty {
                let hint =
                    NearMiss.suggestion(for: route.type, among: jobs.keys.sorted()).map { "did you mean \($0)? " } ?? ""
                let known = jobs.keys.sorted().joined(separator: ", ")
                reading.report("there is no job type \(route.type); \(hint)the types are \(known)", at: job)
            }
            if route.target != nil, let type = jobs[route.type]?.type, type.requestFields == nil {
                let target = SettingPath("routes", definition.name, "target")
                reading.report(
                    "has no use: the jobs of \(route.type) are not handled by an upstream; remove it",
                    at: target
                )
            }
            for (pattern, path) in definition.patterns {
                let methods = path == SettingPath("routes", definition.name) ? Set(route.methods) : [.get]
                let rival = taken.first { other in
                    let isShared = pattern == other.pattern && methods.isDisjoint(with: other.methods)
                    return pattern.overlaps(other.pattern) && !isShared
                }
                if let rival {
                    reading.report(
                        "collides with \(rival.path): some paths would lead to both; give one of them another path",
                        at: path
                    )
                }
                taken.append((pattern, methods, path))
            }
        }
    }
}
