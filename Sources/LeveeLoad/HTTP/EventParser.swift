// Takes events out of an event stream.

import NIOCore

/// An event of a job's stream.
struct ServerEvent: Equatable {
    /// The version of the job; 0 where the event tells none.
    var version = 0
    var name = "message"
    var data: [UInt8] = []
}

/// Parses an event stream (WHATWG HTML section 9.2.6), however it is cut up. Lines end with LF or CRLF.
struct EventParser {
    private var line: [UInt8] = []
    private var event = ServerEvent()

    /// Takes in what has come.
    ///
    /// - Returns: The events that are whole by now. Comments are none, and neither is what has no data.
    mutating func take(_ part: ByteBuffer) -> [ServerEvent] {
        var events: [ServerEvent] = []
        var rest = part.readableBytesView[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            line += rest[..<end]
            rest = rest[(end + 1)...]
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if let event = endLine() { events.append(event) }
            line.removeAll(keepingCapacity: true)
        }
        line += rest
        return events
    }

    private mutating func endLine() -> ServerEvent? {
        guard !line.isEmpty else {
            defer { event = ServerEvent() }
            return event.data.isEmpty ? nil : event
        }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "id": event.version = Int(String(decoding: value, as: UTF8.self)) ?? 0
        case "event": event.name = String(decoding: value, as: UTF8.self)
        case "data":
            if !event.data.isEmpty { event.data.append(UInt8(ascii: "\n")) }
            event.data += value
        default: break
        }
        return nil
    }
}
