// Tests of schemas that cannot be meant, or that ask for what is not supported.

import Testing

@testable import LeveeCore

@Suite("Invalid JSON schemas")
struct InvalidJSONSchemaTests {
    private func problems(_ text: String) throws -> [InvalidJSONSchema.Problem] {
        let document = try JSONDocument(Array(text.utf8))
        do throws(InvalidJSONSchema) {
            _ = try JSONSchema(document)
            return []
        } catch {
            return error.problems
        }
    }

    @Test(
        "are refused with the place and what to write",
        arguments: [
            ("1", "", 0, "a schema is an object of keywords, true or false"),
            ("[]", "", 0, "a schema is an object of keywords, true or false"),
            (#"{"type":"float"}"#, "type", 8, "write one of null, boolean, integer, number, string, array, object"),
            (#"{"type":[]}"#, "type", 8, "write one of null"),
            (#"{"type":["string",1]}"#, "type", 8, "write one of null"),
            (#"{"type":["string","string"]}"#, "type", 8, "write one of null"),
            (#"{"type":1}"#, "type", 8, "write one of"),
            (#"{"enum":[]}"#, "enum", 8, "write a list of the values"), (#"{"enum":1}"#, "enum", 8, "write a list of"),
            (#"{"minimum":"1"}"#, "minimum", 11, "write a number"),
            (#"{"maximum":null}"#, "maximum", 11, "write a number"),
            (#"{"exclusiveMinimum":true}"#, "exclusiveMinimum", 20, "write a number"),
            (#"{"multipleOf":0}"#, "multipleOf", 14, "write a number above 0"),
            (#"{"multipleOf":-1}"#, "multipleOf", 14, "write a number above 0"),
            (#"{"multipleOf":1.2345678901234567891}"#, "multipleOf", 14, "write a number above 0 of 18 digits at most"),
            (#"{"minLength":-1}"#, "minLength", 13, "write a whole number, 0 or more"),
            (#"{"maxLength":1.5}"#, "maxLength", 13, "write a whole number, 0 or more"),
            (#"{"minItems":1e99}"#, "minItems", 12, "write a whole number, 0 or more"),
            (#"{"pattern":1}"#, "pattern", 11, "write a regular expression as a text"),
            (#"{"pattern":"a("}"#, "pattern", 11, "the regular expression has a ( without a )"),
            (#"{"uniqueItems":1}"#, "uniqueItems", 15, "write true or false"),
            (#"{"items":[{}]}"#, "items", 9, "a list of schemas is not supported"),
            (#"{"items":"string"}"#, "items", 9, "a schema is an object of keywords, true or false"),
            (#"{"properties":[]}"#, "properties", 14, "write names with their schemas"),
            (#"{"properties":{"a":{"type":"x"}}}"#, "properties.a.type", 27, "write one of null"),
            (#"{"additionalProperties":0}"#, "additionalProperties", 24, "a schema is an object of keywords, true or"),
            (#"{"required":"a"}"#, "required", 12, "write a list of names, each once"),
            (#"{"required":["a","a"]}"#, "required", 12, "write a list of names, each once"),
            (#"{"required":[1]}"#, "required", 12, "write a list of names, each once"),
            (#"{"title":1}"#, "title", 9, "write a text"), (#"{"examples":1}"#, "examples", 12, "write a list"),
            (
                #"{"$schema":"http://json-schema.org/draft-07/schema#"}"#, "$schema", 11,
                "this dialect is not supported; write https://json-schema.org/draft/2020-12/schema"
            ),
        ]
    )
    func values(text: String, path: String, offset: Int, message: String) throws {
        let found = try problems(text)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.path.joined(separator: ".") == path)
        #expect(found.first?.offset == offset)
        #expect(found.first?.message.hasPrefix(message) == true, "\(found)")
        #expect(found.first?.unknownKeyword == nil)
    }

    @Test(
        "name every keyword that is not supported",
        arguments: [
            "$ref", "$defs", "$anchor", "$dynamicRef", "$vocabulary", "allOf", "anyOf", "oneOf", "not", "if", "then",
            "else", "dependentSchemas", "prefixItems", "contains", "minContains", "maxContains", "patternProperties",
            "propertyNames", "unevaluatedItems", "unevaluatedProperties", "minProperties", "maxProperties",
            "dependentRequired", "format", "contentEncoding", "contentMediaType", "contentSchema", "deprecated",
            "readOnly", "writeOnly", "definitions", "Type", "x-mine", "",
        ]
    )
    func unknownKeywords(keyword: String) throws {
        let found = try problems("{\"items\":{\"\(keyword)\":1}}")
        #expect(found.map(\.path) == [["items", keyword]])
        #expect(found.map(\.offset) == [10])
        #expect(found.map(\.unknownKeyword) == [keyword])
    }

    @Test("are told with all that is wrong at once")
    func all() throws {
        let text = #"{"type":"text","foo":1,"items":{"minimum":"x"},"properties":{"a":{"bar":1},"b":2},"required":1}"#
        #expect(
            try problems(text).map { $0.path.joined(separator: ".") }
                == ["type", "foo", "items.minimum", "properties.a.bar", "properties.b", "required"]
        )
    }

    @Test("may use every keyword that is named")
    func keywords() throws {
        let named = Set(JSONSchema.keywords)
        #expect(named.count == JSONSchema.keywords.count)
        for keyword in named {
            #expect(try problems("{\"\(keyword)\":null}").allSatisfy { $0.unknownKeyword == nil }, "\(keyword)")
        }
    }
}
