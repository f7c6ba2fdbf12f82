// Which trace something belongs to, as it travels in HTTP header fields (W3C Trace Context, level 1).

/// A place in a trace: the trace, and the span that comes next above.
public struct TraceContext: Sendable, Hashable {
    private static let storedBytes = 25

    private let high: UInt64
    private let low: UInt64
    private let span: UInt64
    /// Whether whoever came before may have recorded the trace (section 3.2.2.5.1).
    public let isSampled: Bool
    /// What other systems add (`tracestate`, section 3.3): empty, or at most ``TraceState/limit`` characters.
    public let state: String

    /// The id of the trace: 32 hexadecimal digits in lower case, not all of them zero.
    public var traceID: String { Hexadecimal.text(high, low) }
    /// The id of the span: 16 hexadecimal digits in lower case, not all of them zero.
    public var spanID: String { Hexadecimal.text(span) }

    /// Begins a trace. It is marked as sampled, so that services that go by their caller record it.
    public init() {
        var numbers = UniqueNumbers()
        high = numbers.next()
        low = .random(in: 1 ... .max, using: &numbers)
        span = .random(in: 1 ... .max, using: &numbers)
        isSampled = true
        state = ""
    }

    /// Reads the header fields (sections 3.2.2, 3.3.1 and 4.3); `nil` if there is no trace to go on with: a new one is begun.
    ///
    /// - Parameters:
    ///   - traceparent: The field of that name. Of a higher version than 00 what version 00 knows is read.
    ///   - tracestate: The field of that name, several combined by commas; where it cannot be read it is left out.
    public init?(traceparent: String, tracestate: String = "") {
        let bytes = Array(traceparent.utf8)
        guard bytes.count >= 55, bytes[2] == 0x2D, bytes[35] == 0x2D, bytes[52] == 0x2D,
            let version = Self.hexadecimal(bytes[0..<2]), version != 0xFF, bytes.count == 55 || version > 0,
            bytes.count == 55 || bytes[55] == 0x2D, let flags = Self.hexadecimal(bytes[53..<55]),
            let high = Self.hexadecimal(bytes[3..<19]), let low = Self.hexadecimal(bytes[19..<35]),
            let span = Self.hexadecimal(bytes[36..<52]), high | low != 0, span != 0
        else { return nil }
        self.high = high
        self.low = low
        self.span = span
        isSampled = flags & 1 == 1
        state = TraceState.checked(tracestate)
    }

    /// Reads what ``stored`` has written; `nil` if that is no trace.
    ///
    /// - Parameter stored: The bytes.
    public init?(stored: [UInt8]) {
        guard stored.count >= Self.storedBytes else { return nil }
        high = Self.number(stored[0..<8])
        low = Self.number(stored[8..<16])
        span = Self.number(stored[16..<24])
        isSampled = stored[24] & 1 == 1
        state = String(decoding: stored[Self.storedBytes...], as: UTF8.self)
    }

    private init(child span: UInt64, of parent: TraceContext) {
        (high, low, self.span) = (parent.high, parent.low, span)
        isSampled = parent.isSampled
        state = parent.state
    }

    /// The same trace with a new span.
    public var child: TraceContext {
        var numbers = UniqueNumbers()
        return TraceContext(child: .random(in: 1 ... .max, using: &numbers), of: self)
    }

    /// The header field `traceparent`, in version 00.
    public var traceparent: String { "00-\(traceID)-\(spanID)-0\(isSampled ? 1 : 0)" }

    /// The trace as a store keeps it, for each job: 16 bytes of the trace's id, 8 of the span's, one of flags, and `tracestate`.
    public var stored: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.storedBytes + state.utf8.count)
        for number in [high, low, span] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
            }
        }
        bytes.append(isSampled ? 1 : 0)
        return bytes + state.utf8
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            number = number << 4 | value
        }
        return number
    }

    /// The value of a hexadecimal digit in lower case.
    private static func value(of digit: UInt8) -> UInt64? {
        switch digit {
        case 0x30...0x39: UInt64(digit - 0x30)
        case 0x61...0x66: UInt64(digit - 0x61 + 10)
        default: nil
        }
    }
}
