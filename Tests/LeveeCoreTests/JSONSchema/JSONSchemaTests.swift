// Tests of schemas: what fits each keyword and what does not, by the rules of JSON Schema 2020-12.

import Testing

@testable import LeveeCore

@Suite("JSON schemas")
struct JSONSchemaTests {
    static func schema(_ text: String) throws -> JSONSchema { try JSONSchema(JSONDocument(Array(text.utf8))) }

    private func violations(_ schema: String, _ value: String, limit: Int = 20) throws -> [JSONViolation] {
        try Self.schema(schema).violations(of: JSONDocument(Array(value.utf8)), limit: limit)
    }

    /// A schema, values that fit it, values that do not.
    struct Example: Sendable, CustomTestStringConvertible {
        let schema: String
        let fitting: [String]
        let others: [String]
        var testDescription: String { schema }

        init(_ schema: String, fits fitting: [String], not others: [String]) {
            (self.schema, self.fitting, self.others) = (schema, fitting, others)
        }
    }

    private static let values = [
        "null", "true", "false", "0", "-1.5", "\"\"", "\"a\"", "[]", "[null]", "{}", "{\"a\":1}",
    ]

    private static let examples = [
        Example("{}", fits: values, not: []),
        Example("true", fits: values, not: []),
        Example("false", fits: [], not: values),
        Example(#"{"type":"null"}"#, fits: ["null"], not: ["0", "\"\"", "false", "[]", "{}", "\"null\""]),
        Example(#"{"type":"boolean"}"#, fits: ["true", "false"], not: ["0", "\"true\"", "null", "[]"]),
        Example(#"{"type":"string"}"#, fits: ["\"\"", "\"1\""], not: ["1", "null", "[]", "{}", "true"]),
        Example(#"{"type":"number"}"#, fits: ["1", "1.5", "1e400"], not: ["\"1\"", "null", "[1]", "true"]),
        Example(#"{"type":"integer"}"#, fits: ["1", "1.0", "-10e-1", "1e400"], not: ["1.1", "1e-1", "\"1\"", "null"]),
        Example(#"{"type":"array"}"#, fits: ["[]", "[1]"], not: ["{}", "\"[]\"", "null"]),
        Example(#"{"type":"object"}"#, fits: ["{}", "{\"a\":1}"], not: ["[]", "\"{}\"", "null"]),
        Example(#"{"type":["integer","null"]}"#, fits: ["1", "null"], not: ["1.5", "\"\"", "[]"]),
        Example(
            #"{"enum":[1,"a",null,[0,{"b":true}]]}"#,
            fits: ["1", "1.0", "\"\\u0061\"", "null", "[0.0,{\"b\":true}]"],
            not: ["2", "\"1\"", "true", "[]", "[0,{\"b\":false}]", "[0,{\"b\":true,\"c\":1}]"]
        ),
        Example(#"{"enum":[0]}"#, fits: ["0", "-0", "0.0"], not: ["false", "\"\"", "null", "[0]"]),
        Example(#"{"enum":[false]}"#, fits: ["false"], not: ["0", "null", "\"\"", "true"]),
        Example(
            #"{"const":{"a":1,"b":2}}"#,
            fits: [#"{"b":2,"a":1}"#],
            not: [#"{"a":1}"#, #"[1,2]"#, #"{"a":2,"b":1}"#]
        ),
        Example(#"{"const":null}"#, fits: ["null"], not: ["0", "\"null\"", "false"]),
        Example(#"{"minimum":1.1}"#, fits: ["1.1", "1.10", "2.6", "\"x\""], not: ["1.09", "0", "-7"]),
        Example(#"{"maximum":3}"#, fits: ["3", "3.0", "-1e9", "{}"], not: ["3.0000000000000000001", "1e400"]),
        Example(#"{"exclusiveMinimum":-2}"#, fits: ["-1.9", "0"], not: ["-2", "-2.0", "-3"]),
        Example(#"{"exclusiveMaximum":10}"#, fits: ["9.99999999999999999999"], not: ["10", "1e1", "11"]),
        Example(#"{"minimum":9007199254740993}"#, fits: ["9007199254740993"], not: ["9007199254740992"]),
        Example(#"{"multipleOf":0.01}"#, fits: ["4.35", "0", "\"a\"", "1e308"], not: ["0.001", "4.355"]),
        Example(#"{"minLength":2}"#, fits: ["\"ab\"", "\"😀é\"", "1", "[]"], not: ["\"a\"", "\"😀\"", "\"\""]),
        Example(
            #"{"maxLength":1}"#,
            fits: ["\"\"", "\"😀\"", "\"\\uD83D\\uDE00\"", "12"],
            not: ["\"ab\"", "\"e\u{301}\""]
        ),
        Example(#"{"minLength":1.0,"maxLength":2}"#, fits: ["\"a\""], not: ["\"\"", "\"abc\""]),
        Example(#"{"pattern":"a+"}"#, fits: ["\"xay\"", "0", "[]"], not: ["\"\"", "\"b\""]),
        Example(#"{"pattern":"^\\S+@\\S+$"}"#, fits: ["\"a@b\""], not: ["\"a b\"", "\"a @b\""]),
        Example(#"{"minItems":1}"#, fits: ["[1]", "[1,[]]", "\"\"", "{}"], not: ["[]"]),
        Example(#"{"maxItems":2}"#, fits: ["[]", "[[],[1,2,3]]", "\"abc\""], not: ["[1,2,3]"]),
        Example(
            #"{"uniqueItems":true}"#,
            fits: ["[]", "[1,\"1\",true,[1],[[1]]]", #"[{"a":1},{"a":"1"}]"#, "[0,false,null,\"\"]", "\"aa\""],
            not: ["[1,2,1]", "[1,1.0]", #"[{"a":1,"b":2},{"b":2,"a":1}]"#, "[[],[]]", #"["a","\u0061"]"#]
        ),
        Example(#"{"uniqueItems":false}"#, fits: ["[1,1]"], not: []),
        Example(
            #"{"items":{"type":"integer"}}"#,
            fits: ["[]", "[1,2]", "{\"a\":\"b\"}"],
            not: ["[1,\"2\"]", "[null]"]
        ),
        Example(#"{"items":false}"#, fits: ["[]", "1"], not: ["[1]"]),
        Example(#"{"items":{"items":{"maximum":1}}}"#, fits: ["[[1],[0,1],[]]", "[2]"], not: ["[[1],[2]]"]),
        Example(
            #"{"properties":{"a":{"type":"integer"},"b":false}}"#,
            fits: ["{}", "{\"a\":1}", "{\"c\":\"x\"}", "[]", "\"a\""],
            not: ["{\"a\":\"x\"}", "{\"b\":1}", "{\"c\":1,\"b\":null}"]
        ),
        Example(#"{"properties":{"\u0061":{"const":1}}}"#, fits: ["{\"a\":1}"], not: ["{\"a\":2}", "{\"\\u0061\":2}"]),
        Example(#"{"required":["a","b"]}"#, fits: [#"{"b":1,"a":null}"#, "[]", "1"], not: ["{}", "{\"a\":1}"]),
        Example(#"{"required":[]}"#, fits: ["{}"], not: []),
        Example(
            #"{"properties":{"a":true},"additionalProperties":false}"#,
            fits: ["{}", "{\"a\":1}", "[1]"],
            not: ["{\"b\":1}", "{\"a\":1,\"A\":1}"]
        ),
        Example(
            #"{"properties":{"a":{}},"additionalProperties":{"type":"null"}}"#,
            fits: [#"{"a":1,"b":null}"#],
            not: [#"{"a":1,"b":2}"#]
        ),
        Example(
            #"{"title":"t","description":"d","default":1,"examples":[1],"$id":"x","$comment":"c","#
                + #""$schema":"https://json-schema.org/draft/2020-12/schema"}"#,
            fits: values,
            not: []
        ),
    ]

    @Test("tell what fits from what does not", arguments: examples)
    func outcome(example: Example) throws {
        for value in example.fitting { #expect(try violations(example.schema, value) == [], "\(value)") }
        for value in example.others { #expect(try !violations(example.schema, value).isEmpty, "\(value)") }
    }

    @Test(
        "say where and why",
        arguments: [
            (#"{"type":"number"}"#, #""x""#, "", "type", "must be a number, not a string"),
            (#"{"type":["string","null"]}"#, "[]", "", "type", "must be a string or null, not an array"),
            (#"{"type":"integer"}"#, "1.5", "", "type", "must be an integer, not a fraction"),
            (#"{"items":{"enum":["a",2]}}"#, #"["a","b"]"#, "/1", "enum", "must be one of \"a\", 2"),
            (#"{"const":[1]}"#, "1", "", "const", "must be [1]"),
            (#"{"minimum":1.50}"#, "1", "", "minimum", "must be at least 1.50"),
            (#"{"maximum":1}"#, "2", "", "maximum", "must be at most 1"),
            (#"{"exclusiveMinimum":1}"#, "1", "", "exclusiveMinimum", "must be more than 1"),
            (#"{"exclusiveMaximum":1}"#, "1", "", "exclusiveMaximum", "must be less than 1"),
            (#"{"multipleOf":2}"#, "1", "", "multipleOf", "must be a multiple of 2"),
            (#"{"minLength":2}"#, #""a""#, "", "minLength", "must have 2 characters at least"),
            (#"{"maxLength":1}"#, #""ab""#, "", "maxLength", "may have 1 character at most"),
            (#"{"pattern":"^a$"}"#, #""b""#, "", "pattern", "must match the regular expression ^a$"),
            (#"{"minItems":1}"#, "[]", "", "minItems", "must have 1 item at least"),
            (#"{"maxItems":0}"#, "[1]", "", "maxItems", "may have 0 items at most"),
            (#"{"uniqueItems":true}"#, "[1,2,1]", "/2", "uniqueItems", "is the same as an item before it"),
            (#"{"required":["a"]}"#, "{}", "", "required", "must have a member named a"),
            (
                #"{"additionalProperties":false}"#, #"{"a":1}"#, "/a", "additionalProperties",
                "is not allowed: no member of this name is known"
            ),
            (#"{"properties":{"a":false}}"#, #"{"a":1}"#, "/a", "false", "is not allowed"),
            (
                #"{"properties":{"a":{"items":{"properties":{"b~/c":{"type":"null"}}}}}}"#,
                #"{"a":[{},{"b~/c":1}]}"#, "/a/1/b~0~1c", "type", "must be null, not a number"
            ),
            (
                #"{"properties":{"":{"properties":{"\"\n":false}}}}"#, #"{"":{"\"\n":1}}"#, "//\"\n", "false",
                "is not allowed"
            ),
        ]
    )
    func places(schema: String, value: String, pointer: String, keyword: String, detail: String) throws {
        #expect(
            try violations(schema, value) == [JSONViolation(pointer: pointer, keyword: keyword, detail: detail)]
        )
    }

    @Test("find everything that is wrong, and stop where it is enough")
    func many() throws {
        let schema = #"{"type":"object","required":["a","b"],"properties":{"a":{"minimum":1,"multipleOf":2}}}"#
        #expect(try violations(schema, #"{"a":-1}"#).map(\.keyword) == ["minimum", "multipleOf", "required"])
        #expect(try violations(schema, #"{"a":-1}"#, limit: 2).map(\.keyword) == ["minimum", "multipleOf"])
        let list = "[" + Array(repeating: "0", count: 1_000).joined(separator: ",") + "]"
        #expect(try violations(#"{"items":false}"#, list).map(\.pointer) == (0..<20).map { "/\($0)" })
        #expect(try violations(#"{"uniqueItems":true}"#, list).map(\.pointer) == (1...20).map { "/\($0)" })
        let object = "{" + (0..<1_000).map { "\"m\($0)\":0" }.joined(separator: ",") + "}"
        #expect(try violations(#"{"additionalProperties":false}"#, object).count == 20)
        let names = (0..<1_000).map { "\"m\($0)\"" }.joined(separator: ",")
        #expect(try violations("{\"required\":[\(names)]}", "{}").count == 20)
    }

    @Test("do not send long names back")
    func longNames() throws {
        let name = String(repeating: "n", count: 100_000)
        let found = try violations(
            #"{"properties":{"a":{"additionalProperties":false}},"additionalProperties":false}"#,
            "{\"a\":{\"\(name)\":1},\"\(name)\":1}"
        )
        #expect(found.map(\.pointer) == ["/a", ""])
    }

    @Test("do not compare texts that are too long for their pattern")
    func longTexts() throws {
        let long = String(repeating: "a", count: 100_000)
        let found = try violations(#"{"pattern":"a.{900}b"}"#, "\"\(long)\"")
        #expect(found.first?.detail == "is too long to be matched with the regular expression a.{900}b")
        #expect(try violations(#"{"pattern":"a.{900}b"}"#, "\"\(long.prefix(1_000))b\"") == [])
        #expect(try violations(#"{"items":{"pattern":"^a+$"}}"#, "[\"\(long)\",\"\(long)\"]") == [])
    }

    @Test("keep their text without blanks")
    func source() throws {
        let schema = try Self.schema("{ \"type\" : \"object\",\n \"title\": \"a b\" }")
        #expect(schema.source == #"{"type":"object","title":"a b"}"#)
        #expect(try schema == Self.schema(schema.source))
        #expect(try schema != Self.schema("{}"))
    }
}
