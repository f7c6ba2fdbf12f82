// A reply of Redis as a Swift value.

/// A reply in RESP2, the protocol that every Redis since 2.0 speaks.
public enum RESPValue: Sendable, Equatable {
    /// A short status such as `OK`.
    case simple(String)
    /// An error inside an array; an error that is the whole reply is thrown as ``RedisError/server(_:)``.
    case error(RedisServerError)
    /// A signed 64-bit integer.
    case integer(Int64)
    /// A string of any bytes.
    case bulk([UInt8])
    /// No value: a null bulk string or a null array.
    case null
    /// An ordered list of values.
    case array([RESPValue])
}

extension RESPValue {
    /// The bytes of a bulk string or a status; `nil` for anything else.
    public var bytes: [UInt8]? {
        switch self {
        case .bulk(let bytes): bytes
        case .simple(let text): Array(text.utf8)
        case .error, .integer, .null, .array: nil
        }
    }

    /// A bulk string or a status as text, with invalid UTF-8 repaired; `nil` for anything else.
    public var string: String? {
        switch self {
        case .bulk(let bytes): String(decoding: bytes, as: UTF8.self)
        case .simple(let text): text
        case .error, .integer, .null, .array: nil
        }
    }

    /// An integer, or a bulk string that is a decimal integer; `nil` for anything else.
    public var int: Int? {
        switch self {
        case .integer(let value): Int(value)
        case .bulk(let bytes): Int(String(decoding: bytes, as: UTF8.self))
        case .simple, .error, .null, .array: nil
        }
    }

    /// The elements of an array; `nil` for anything else.
    public var array: [RESPValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// Whether Redis answered that there is no value.
    public var isNull: Bool { self == .null }
}
