// Which trace something belongs to, as it travels in HTTP header fields (W3C Trace Context, level 1).

/// A place in a trace: the trace, and the span that comes next above.
public struct TraceContext: Sendable, Hashable {
    private static let storedBytes = 25

    /// The id of the trace: 32 hexadecimal digits in lower case, not all of them zero.
    public let traceID: String
    /// The id of the span: 16 hexadecimal digits in lower case, not all of them zero.
    public let spanID: String
    /// Whether whoever came before may have recorded the trace (section 3.2.2.5.1).
    public let isSampled: Bool
    /// What other systems add (`tracestate`, section 3.3): empty, or at most ``TraceState/limit`` characters.
    public let state: String

    /// Begins a trace. It is marked as sampled, so that services that go by their caller record it.
    public init() {
        traceID = Self.digits(.random(in: .min ... .max)) + Self.digits(.random(in: 1 ... .max))
        spanID = Self.digits(.random(in: 1 ... .max))
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
            Self.isID(bytes[3..<35]), Self.isID(bytes[36..<52])
        else { return nil }
        traceID = String(decoding: bytes[3..<35], as: UTF8.self)
        spanID = String(decoding: bytes[36..<52], as: UTF8.self)
        isSampled = flags & 1 == 1
        state = TraceState.checked(tracestate)
    }

    /// Reads what ``stored`` has written; `nil` if that is no trace.
    ///
    /// - Parameter stored: The bytes.
    public init?(stored: [UInt8]) {
        guard stored.count >= Self.storedBytes else { return nil }
        traceID = Hexadecimal.text(stored[0..<16])
        spanID = Hexadecimal.text(stored[16..<24])
        isSampled = stored[24] & 1 == 1
        state = String(decoding: stored[Self.storedBytes...], as: UTF8.self)
    }

    private init(traceID: String, spanID: String, isSampled: Bool, state: String) {
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
        self.state = state
    }

    /// The same trace with a new span.
    public var child: TraceContext {
        let spanID = Self.digits(.random(in: 1 ... .max))
        return TraceContext(traceID: traceID, spanID: spanID, isSampled: isSampled, state: state)
    }

    /// The header field `traceparent`, in version 00.
    public var traceparent: String { "00-\(traceID)-\(spanID)-0\(isSampled ? 1 : 0)" }

    /// The trace as a store keeps it, for each job: 16 bytes of the trace's id, 8 of the span's, one of flags, and `tracestate`.
    public var stored: [UInt8] {
        let digits = Array((traceID + spanID).utf8)
        var bytes = stride(from: 0, to: digits.count, by: 2).map { index in
            UInt8(truncatingIfNeeded: Self.hexadecimal(digits[index..<index + 2]) ?? 0)
        }
        bytes.append(isSampled ? 1 : 0)
        return bytes + state.utf8
    }

    private static func isID(_ digits: ArraySlice<UInt8>) -> Bool {
        digits.allSatisfy { value(of: $0) != nil } && digits.contains { $0 != 0x30 }
    }

    private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.reduce(0) { sum, digit in sum.flatMap { sum in value(of: digit).map { sum << 4 | $0 } } }
    }

    /// The value of a hexadecimal digit in lower case.
    private static func value(of digit: UInt8) -> Int? {
        switch digit {
        case 0x30...0x39: Int(digit) - 0x30
        case 0x61...0x66: Int(digit) - 0x61 + 10
        default: nil
        }
    }

    private static func digits(_ value: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { buffer in
            for index in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: value >> UInt64(60 - 4 * index) & 15)
                buffer[index] = digit < 10 ? 0x30 + digit : 0x61 + digit - 10
            }
            return 16
        }
    }
}
