// Tests of the decisions about a connection, part by part.

import HTTPTypes
import Testing

@testable import LeveeGateway

@Suite("Connection state")
struct ConnectionStateTests {
    private func request(_ headers: HTTPFields = [:]) -> HTTPRequest {
        HTTPRequest(method: .post, scheme: "http", authority: "a", path: "/", headerFields: headers)
    }

    @Test("keeps a connection whose request was read whole")
    func keepsAlive() {
        var state = ConnectionState()
        #expect(state.receive(request(), maxBodyBytes: 10) == .pass)
        state.receiveEnd()
        #expect(state.send() == false)
        #expect(state.sendEnd() == false)
        #expect(state.isQuiet)
    }

    @Test("closes once an answer overtakes a body that is long or of unknown length")
    func abandons() {
        for (headers, closes) in [
            ([.contentLength: "100"], false), ([.contentLength: "1000000"], true),
            ([.transferEncoding: "chunked"], true),
        ] as [(HTTPFields, Bool)] {
            var state = ConnectionState()
            _ = state.receive(request(headers), maxBodyBytes: 10)
            #expect(state.send() == closes)
            #expect(state.sendEnd() == closes)
            #expect(state.isLingering == closes)
            #expect(state.sendEnd() == false, "a connection is closed once")
        }
    }

    @Test("keeps a connection when little of a long body is left")
    func patience() {
        var state = ConnectionState()
        _ = state.receive(request([.contentLength: "1000000"]), maxBodyBytes: 10)
        state.receiveBody(999_000)
        #expect(state.send() == false)
    }

    @Test("answers all requests before the one that asks for the end")
    func lastRequest() {
        var state = ConnectionState()
        _ = state.receive(request(), maxBodyBytes: 10)
        state.receiveEnd()
        _ = state.receive(request([.connection: "Keep-Alive, CLOSE"]), maxBodyBytes: 10)
        state.receiveEnd()
        #expect(state.send() == false)
        #expect(state.sendEnd() == false)
        #expect(state.send() == true)
        #expect(state.sendEnd() == true)
    }

    @Test("does not take a token for another that begins like it")
    func tokens() {
        var state = ConnectionState()
        let headers: HTTPFields = [.connection: "closed", .expect: "100-continued"]
        #expect(state.receive(request(headers), maxBodyBytes: 10) == .pass)
        state.receiveEnd()
        #expect(state.send() == false)
    }

    @Test("invites a body only where it may come, and not between other answers")
    func invites() {
        let headers: HTTPFields = [.expect: "100-Continue", .contentLength: "10"]
        var state = ConnectionState()
        #expect(state.receive(request(headers), maxBodyBytes: 10) == .passAndInvite)
        state.receiveEnd()
        #expect(state.receive(request(headers), maxBodyBytes: 10) == .pass)
        state = ConnectionState()
        #expect(state.receive(request(headers), maxBodyBytes: 9) == .pass)
    }

    @Test("breaks off a request that takes too long, but not one that waits behind another")
    func timesOut() {
        var state = ConnectionState()
        #expect(state.timeOut() == .pass)
        _ = state.receive(request([.contentLength: "10"]), maxBodyBytes: 10)
        #expect(state.timeOut() == .breakOff)
        #expect(state.timeOut() == .pass, "a request is broken off once")
        #expect(state.send() == true)
        state = ConnectionState()
        _ = state.receive(request(), maxBodyBytes: 10)
        state.receiveEnd()
        state.receive(byteCount: 5)
        #expect(state.timeOut() == .pass)
        _ = state.receive(request([.contentLength: "10"]), maxBodyBytes: 10)
        #expect(state.timeOut() == .pass)
    }

    @Test("refuses a head that takes too long, and closes when the rest of a body does that nobody waits for")
    func timesOutAlone() {
        var state = ConnectionState()
        state.receive(byteCount: 5)
        #expect(state.isReading)
        #expect(state.timeOut() == .refuse)
        state = ConnectionState()
        _ = state.receive(request([.contentLength: "10"]), maxBodyBytes: 10)
        _ = state.send()
        _ = state.sendEnd()
        #expect(state.timeOut() == .close)
    }

    @Test("refuses what is malformed when its turn comes")
    func malformed() {
        var state = ConnectionState()
        #expect(state.breakOff() == .refuse)
        state.fail()
        #expect(state.breakOff() == .pass, "what comes behind it changes nothing")
        state = ConnectionState()
        _ = state.receive(request(), maxBodyBytes: 10)
        state.receiveEnd()
        #expect(state.breakOff() == .refuseLater)
        #expect(!state.isQuiet)
        #expect(state.send() == false)
        #expect(state.sendEnd() == false)
        #expect(state.isQuiet)
    }

    @Test("counts what is neither head nor body, for each request anew")
    func floods() {
        var state = ConnectionState(maxHeadBytes: 100)
        state.receive(byteCount: 200)
        #expect(!state.isFlooded)
        state.receive(byteCount: 1)
        #expect(state.isFlooded)
        _ = state.receive(request([.transferEncoding: "chunked"]), maxBodyBytes: 10)
        state.receiveBody(50)
        #expect(!state.isFlooded, "a body has some framing")
        state.receiveEnd()
        #expect(!state.isReading)
        state.receive(byteCount: 200)
        #expect(!state.isFlooded)
        #expect(state.isReading)
    }
}
