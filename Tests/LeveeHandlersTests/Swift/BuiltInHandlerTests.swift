// The handlers that come with Levee, and the way between JSON and values.

import LeveeCore
import LeveeHandlers
import LeveeWorker
import Synchronization
import Testing

struct BuiltInHandlerTests {
    private func run(_ name: BuiltInHandler, _ text: String) async throws -> String {
        let result = try await name.handler.attempt(text)
        #expect(result.content.mediaType == "application/json")
        return String(decoding: result.content.bytes, as: UTF8.self)
    }

    @Test(
        "square",
        arguments: [
            (#"{"number": 12}"#, #"{"square":144}"#), (#"{"number": -3037000499}"#, #"{"square":9223372030926249001}"#),
            (#"{"number": 1.5}"#, #"{"square":2.25}"#), (#"{"number": 0}"#, #"{"square":0}"#),
            (#"{"to": "x", "number": 1.2e1}"#, #"{"square":144}"#),
        ]
    )
    func square(payload: String, result: String) async throws {
        #expect(try await run(.square, payload) == result)
    }

    @Test("a square that has no room ends the job", arguments: [#"{"number": 3037000500}"#, #"{"number": 1e200}"#])
    func overflow(payload: String) async throws {
        let failure = try await BuiltInHandler.square.handler.failure(payload)
        #expect(failure.code == "overflow")
        #expect(failure.disposition == .final)
        #expect(failure.detail.contains("too large"))
    }

    @Test(
        "a payload of the wrong shape ends the job with 400 and the place",
        arguments: [
            ("", "the payload is not valid JSON"), (#"{"number": "#, "the payload is not valid JSON"),
            ("{}", #""number" is missing"#), (#"{"number": null}"#, #""number" must not be null"#),
            (#"{"number": "two"}"#, #""number" has the wrong type: expected a number"#),
            ("[1]", "the payload has the wrong type: expected an object"),
            (#"["number", 1]"#, "the payload has the wrong type: expected an object"),
        ]
    )
    func shape(payload: String, words: String) async throws {
        let failure = try await BuiltInHandler.square.handler.failure(payload)
        #expect(failure == JobFailure(code: "invalid-payload", detail: words, status: 400, disposition: .final))
    }

    @Test("echo gives back the bytes and their type")
    func echo() async throws {
        let content = Content(mediaType: "text/x-odd; charset=koi8-r", bytes: [0, 255, 128, 10])
        #expect(try await BuiltInHandler.echo.handler.attempt(content) == JobResult(content: content))
    }

    @Test("sleep takes its time and says how far it is")
    func sleep() async throws {
        let reported = Mutex<[Progress]>([])
        let start = ContinuousClock.now
        let content = Content(mediaType: "application/json", bytes: Array(#"{"seconds": 1.2}"#.utf8))
        let result = try await BuiltInHandler.sleep.handler.attempt(content) { progress in
            reported.withLock { $0.append(progress) }
        }
        #expect(ContinuousClock.now - start >= .seconds(1.2))
        #expect(String(decoding: result.content.bytes, as: UTF8.self) == #"{"slept":1.2}"#)
        #expect(reported.withLock { $0 } == [Progress(percent: 50, stage: "sleeping")])
    }

    @Test("sleep does not sleep backwards or for ever", arguments: [#"{"seconds": -1}"#, #"{"seconds": 1e300}"#])
    func sleepLimits(payload: String) async throws {
        #expect(try await BuiltInHandler.sleep.handler.failure(payload).status == 400)
    }

    @Test("sleep ends when it is canceled")
    func sleepCanceled() async {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await BuiltInHandler.sleep.handler.attempt(#"{"seconds": 3600}"#)) == nil }
            group.cancelAll()
            #expect(await group.next() == true)
        }
    }

    @Test("fail does as it is told")
    func fail() async throws {
        let handler = BuiltInHandler.fail.handler
        #expect(try await handler.failure("{}") == JobFailure(code: "fail", detail: "this job was asked to fail"))
        let payload = #"{"code": "no-stock", "detail": "sold out", "status": 409, "retryable": false}"#
        #expect(
            try await handler.failure(payload)
                == JobFailure(code: "no-stock", detail: "sold out", status: 409, disposition: .final)
        )
        #expect(try await handler.failure(#"{"throttle": 2}"#).disposition == .throttle(after: .seconds(2)))
    }

    @Test("a closure is a handler")
    func closure() async throws {
        let handler = CodableHandler { (words: [String], context: JobContext) in
            ["joined": words.joined(separator: "+"), "type": context.type]
        }
        let result = try await handler.attempt(#"["a", "b"]"#)
        #expect(String(decoding: result.content.bytes, as: UTF8.self) == #"{"joined":"a+b","type":"test"}"#)
        #expect(try await handler.failure(#"["a", 1]"#).detail == #""[1]" has the wrong type: expected a string"#)
    }
}
