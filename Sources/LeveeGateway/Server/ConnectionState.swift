// What a connection must do with the parts of requests and responses: a pure state machine.

import HTTPTypes

/// Follows one HTTP/1.1 connection and decides what the HTTP library leaves open: when to invite a body, how long a request
/// may take and how much framing it may have, and what becomes of a connection whose request was answered before it had
/// arrived.
struct ConnectionState {
    /// The most bytes of an unread body for which a connection is kept: reading them on is cheaper than connecting anew.
    static let patience = 64 << 10

    private enum Body: Equatable {
        case none
        /// On its way, with so many bytes to come; `nil` where nobody can tell.
        case arriving(remaining: Int?)
    }

    private let maxHeadBytes: Int
    private var body = Body.none
    /// Bytes of the request that is being read, so far: those of its body, and all others.
    private var bodyBytes = 0
    private var otherBytes = 0
    /// Requests whose response has not been written to its end.
    private var unanswered = 0
    private var isLastRequest = false
    /// Whether the client may wait to be asked for the body of the request that is being read, and was not.
    private var isUninvited = false
    /// Whether a request is not read on.
    private var isBrokenOff = false
    /// Whether a response has told the client that the connection ends.
    private(set) var isClosing = false
    /// Whether that response is out, and whatever arrives is thrown away.
    private(set) var isLingering = false

    init(maxHeadBytes: Int = 16 << 10) {
        self.maxHeadBytes = maxHeadBytes
    }

    /// Whether a request has begun and not arrived whole.
    var isReading: Bool { body != .none || otherBytes > 0 }
    /// Whether a response may be written that belongs to no request yet.
    var isQuiet: Bool { unanswered == 0 && body == .none && !isClosing }

    /// Whether more has come than any head and the framing of this body can need.
    ///
    /// The decoder does not count blanks, empty lines and the extensions of chunks, and gathers some of them.
    var isFlooded: Bool { otherBytes > 2 * maxHeadBytes + 8 * bodyBytes }

    /// Takes in that bytes have come, before they are decoded.
    mutating func receive(byteCount: Int) { otherBytes += byteCount }

    /// What to do when a request begins.
    enum HeadAction: Equatable {
        case pass
        /// Answer 100 (RFC 9110 section 10.1.1): the client waits for it before it sends the body.
        case passAndInvite
    }

    /// Takes in the head of a request.
    ///
    /// - Parameters:
    ///   - request: The head.
    ///   - maxBodyBytes: The most bytes that its body may have: no larger one is invited.
    /// - Returns: What to do with it.
    mutating func receive(_ request: HTTPRequest, maxBodyBytes: @autoclosure () -> Int) -> HeadAction {
        let length = request.headerFields[.contentLength].flatMap { Int($0) }
        body = .arriving(remaining: request.headerFields[.transferEncoding] == nil ? length ?? 0 : nil)
        unanswered += 1
        if Self.lists("close", request.headerFields[.connection]) { isLastRequest = true }
        isUninvited = false
        let isExpectant = Self.lists("100-continue", request.headerFields[.expect])
        guard isExpectant else { return .pass }
        isUninvited = unanswered > 1 || length ?? 0 > maxBodyBytes()
        return isUninvited ? .pass : .passAndInvite
    }

    mutating func receiveBody(_ count: Int) {
        bodyBytes += count
        otherBytes -= count
        if case .arriving(let remaining?) = body { body = .arriving(remaining: remaining - count) }
    }

    mutating func receiveEnd() {
        body = .none
        bodyBytes = 0
        otherBytes = 0
    }

    /// What becomes of a request that is not read on.
    enum BreakAction: Equatable {
        case pass
        /// Whoever reads the body has to hear of it, and answers.
        case breakOff
        /// Nobody knows of the request yet: it has to be answered here.
        case refuse
        /// The same, as soon as those before it are answered.
        case refuseLater
        /// It has been answered already.
        case close
    }

    /// Takes in that a request is malformed, or no more than framing without end: it cannot be read on.
    mutating func breakOff() -> BreakAction {
        guard !isClosing, !isBrokenOff else { return .pass }
        switch (body, unanswered) {
        case (.arriving, 0): return .close
        case (.none, 0): return .refuse
        case (.none, _):
            isBrokenOff = true
            return .refuseLater
        case (.arriving, _):
            isBrokenOff = true
            return .breakOff
        }
    }

    /// Takes in that the time of a request is up.
    ///
    /// - Returns: What to do; nothing if it waits behind another one: that is the server's doing.
    mutating func timeOut() -> BreakAction {
        let isFirst = body == .none ? unanswered == 0 : unanswered <= 1
        return isReading && isFirst ? breakOff() : .pass
    }

    /// Takes in the head of a final response.
    ///
    /// - Parameter isDraining: Whether the process is about to end: what has been read is answered, and no more is taken.
    /// - Returns: Whether it has to tell that the connection ends.
    mutating func send(isDraining: Bool = false) -> Bool {
        let isAbandoned =
            switch body {
            case .none: false
            // Nobody can tell whether a body that was not asked for will come, or the next request.
            case .arriving(let remaining?): unanswered == 1 && (isBrokenOff || isUninvited || remaining > Self.patience)
            case .arriving(nil): unanswered == 1
            }
        let isLast = (isLastRequest || isDraining) && unanswered == 1
        if isAbandoned || isLast { isClosing = true }
        return isClosing
    }

    /// Takes in the end of a response.
    ///
    /// - Returns: Whether the connection has to be closed now.
    mutating func sendEnd() -> Bool {
        unanswered = max(0, unanswered - 1)
        guard isClosing, !isLingering else { return false }
        isLingering = true
        return true
    }

    /// Takes in that a request is refused here: what is written now is the last.
    mutating func fail() {
        isClosing = true
    }

    /// Whether a comma-separated list has an element, in any case.
    private static func lists(_ element: String, _ field: String?) -> Bool {
        guard let field else { return false }
        return field.split(separator: ",").contains { part in
            part.filter { $0 != " " && $0 != "\t" }.lowercased() == element
        }
    }
}
