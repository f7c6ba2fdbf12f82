// Tests of schemas in the configuration: how they are read, and how their mistakes are told.

import LeveeCore
import Testing

@testable import levee

@Suite("Schemas in the configuration")
struct SchemaSectionTests {
    private func text(_ schema: String) -> String {
        "jobs:\n  a:\n    handler: {builtin: echo}\n    schema:\n"
            + schema.split(separator: "\n").map { "      \($0)\n" }.joined()
    }

    @Test("are read as JSON would have them")
    func reading() throws {
        let configuration = try load(
            text(
                """
                type: object
                title: "12"
                properties:
                  plain: {enum: [1, -2.50e3, true, FALSE, null, ~, text, yes, 1a, "1", 'true']}
                  "quoted \\"name\\"\\n": true
                  multiline:
                    pattern: >-
                      ^a*
                      b$
                  empty: {}
                """
            )
        )
        #expect(
            configuration.jobs["a"]?.type.schema?.source == #"{"type":"object","title":"12","properties":{"#
                + #""plain":{"enum":[1,-2.50e3,true,false,null,null,"text","yes","1a","1","true"]},"#
                + #""quoted \"name\"\u000a":true,"multiline":{"pattern":"^a* b$"},"empty":{}}}"#
        )
        #expect(configuration.sources[SettingPath("jobs", "a", "schema")] == .file(YAMLMark(line: 4, column: 5)))
    }

    @Test(
        "name line, column and key of what is wrong",
        arguments: [
            ("type: objekt", "5:13: jobs.a.schema.type: write one of null, boolean, integer, number, string, array"),
            (
                "properties:\n  x:\n    minimun: 3",
                "7:11: jobs.a.schema.properties.x.minimun: this keyword is not supported; did you mean minimum? the "
                    + "keywords here are type, enum, const, minimum,"
            ),
            ("items: {format: email}", "5:15: jobs.a.schema.items.format: this keyword is not supported; the keywords"),
            ("$ref: '#/a'", "5:7: jobs.a.schema.\"$ref\": this keyword is not supported; "),
            (
                "properties: {a.b: {pattern: '('}}",
                "5:35: jobs.a.schema.properties.\"a.b\".pattern: the regular expression"
            ),
            ("minLength: 'x'", "5:18: jobs.a.schema.minLength: write a whole number, 0 or more"),
            ("minimum: '1'", "5:16: jobs.a.schema.minimum: write a number"),
            ("minimum: 0x10", "5:16: jobs.a.schema: \"0x10\" is no number of JSON; write it in decimal digits, or put"),
            ("enum: [a, .5]", "5:17: jobs.a.schema: \".5\" is no number of JSON; write it in decimal digits, or put"),
            ("enum: [+1]", "5:14: jobs.a.schema: \"+1\" is no number of JSON"),
            ("maximum: .inf", "5:16: jobs.a.schema: \".inf\" is no number of JSON"),
            ("enum: [007]", "5:14: jobs.a.schema: \"007\" is no number of JSON"),
            ("- type: object", "5:7: jobs.a.schema: a schema is an object of keywords, true or false"),
        ]
    )
    func mistakes(schema: String, said: String) throws {
        let found = try problems(text(schema))
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix("levee.yaml:\(said)") == true, "\(found)")
    }

    @Test("tell all mistakes at once, with those of the rest of the file")
    func all() throws {
        let found = try problems(text("type: x\nfoo: 1\nproperties: {a: {bar: 1}}") + "    timeout: soon\n")
        #expect(
            found.map { $0.prefix { $0 != " " } }
                == ["levee.yaml:5:13:", "levee.yaml:6:7:", "levee.yaml:7:24:", "levee.yaml:8:14:"]
        )
    }

    @Test("may not be nested without end")
    func depth() throws {
        let schema = String(repeating: "{items: ", count: 64) + "{}" + String(repeating: "}", count: 64)
        let found = try problems("jobs: {a: {handler: {builtin: echo}, schema: \(schema)}}\n")
        #expect(found.count == 1)
        #expect(
            found.first?.hasSuffix("jobs.a.schema: the text is nested more than 64 levels deep") == true,
            "\(found)"
        )
    }

    // MARK: A file of its own

    private func loading(_ schema: String?, also: String = "") throws -> (Configuration?, [String]) {
        let folder = try TemporaryFolder()
        if let schema { try folder.write(schema, to: "schemas/a.json") }
        let text = "jobs: {a: {handler: {builtin: echo}, schemaFile: schemas/a.json\(also)}}\n"
        let file = try folder.write(text, to: "levee.yaml")
        do throws(ConfigurationError) {
            return (try ConfigurationLoader(environment: [:], file: file).load(), [])
        } catch {
            return (nil, error.problems.map { $0.description.replacing(folder.path + "/", with: "") })
        }
    }

    @Test("may lie in a file")
    func file() throws {
        let (configuration, found) = try loading("{\n  \"type\": \"object\"\n}\n")
        #expect(found == [])
        #expect(configuration?.jobs["a"]?.type.schema?.source == #"{"type":"object"}"#)
    }

    @Test(
        "name line and column in their file",
        arguments: [
            (
                "{\n  \"items\": {\"typ\": 1}\n}",
                "schemas/a.json:2:13: items.typ: this keyword is not supported; did you mean type? the keywords"
            ),
            ("{\n  \"minimum\": \"1\"}", "schemas/a.json:2:14: minimum: write a number"),
            ("{\n  \"type\": object}", "schemas/a.json:2:11: not valid JSON: a value is expected"),
            ("type: object\n", "schemas/a.json:1:2: not valid JSON: this is neither true, false nor null"),
        ]
    )
    func fileMistakes(schema: String, said: String) throws {
        let (_, found) = try loading(schema)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix(said) == true, "\(found)")
    }

    @Test("are missed where their file is not there")
    func missingFile() throws {
        let (_, found) = try loading(nil)
        #expect(found == ["levee.yaml:1:50: jobs.a.schemaFile: \"schemas/a.json\": there is no such file"])
    }

    @Test("stand in one place")
    func twice() throws {
        let (_, found) = try loading("{}", also: ", schema: {}")
        #expect(found == ["levee.yaml:1:38: jobs.a.schemaFile: stands beside a schema; remove one of them"])
    }

    // MARK: Beside other settings

    @Test("go with media types that can be JSON", arguments: ["application/json", "application/*", "text/x+json, a/b"])
    func mediaTypes(accepts: String) throws {
        let jobs = "jobs: {a: {handler: {builtin: echo}, accepts: [\(accepts)], schema: {}}}\n"
        #expect(try problems(jobs) == [])
    }

    @Test("go with no others")
    func otherMediaTypes() throws {
        let jobs = "jobs: {a: {handler: {builtin: echo}, accepts: [image/*, text/json], schema: {}}}\n"
        #expect(
            try problems(jobs)
                == ["levee.yaml:1:47: jobs.a.accepts: takes no JSON, which the schema is for; add application/json"]
        )
    }
}
