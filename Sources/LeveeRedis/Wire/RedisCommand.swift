// A command for Redis: its name and arguments, as bytes.

/// A command: a name and any number of arguments, each a string of any bytes.
///
/// The arguments lie one after the other in one array, so that a command costs two allocations however many it has.
public struct RedisCommand: Sendable, Equatable {
    private(set) var bytes: [UInt8] = []
    private(set) var lengths: [Int] = []

    /// A command from its name and arguments, which may be strings, integers and bytes, mixed.
    public init<each Argument: RedisArgument>(_ name: String, _ arguments: repeat each Argument) {
        append(name)
        repeat (each arguments).append(to: &self)
    }

    /// Room for `count` arguments of `byteCount` bytes together, on top of those that are there.
    public mutating func reserve(count: Int, byteCount: Int) {
        lengths.reserveCapacity(lengths.count + count)
        bytes.reserveCapacity(bytes.count + byteCount)
    }

    /// Adds one argument.
    public mutating func append(_ argument: some RedisArgument) {
        argument.append(to: &self)
    }

    /// Adds one argument of any bytes.
    public mutating func append(bytes argument: some Collection<UInt8>) {
        let before = bytes.count
        bytes.append(contentsOf: argument)
        lengths.append(bytes.count - before)
    }

    /// The name and the arguments, each on its own.
    public var arguments: [[UInt8]] {
        var start = 0
        return lengths.map { length in
            defer { start += length }
            return Array(bytes[start..<start + length])
        }
    }

    /// The name of the command.
    public var name: String {
        String(decoding: bytes.prefix(lengths.first ?? 0), as: UTF8.self)
    }
}

extension RedisCommand: ExpressibleByArrayLiteral {
    /// A command from its words: `["CLIENT", "ID"]`.
    public init(arrayLiteral words: String...) {
        for word in words { append(word) }
    }
}

extension RedisCommand: CustomStringConvertible {
    /// The name and the number of arguments; never the arguments, which may be secret.
    public var description: String { "\(name) (\(max(0, lengths.count - 1)) arguments)" }
}

/// What can be an argument of a command.
public protocol RedisArgument {
    /// Adds the value to the command as one argument.
    func append(to command: inout RedisCommand)
}

extension String: RedisArgument {
    /// Adds the UTF-8 of the string.
    public func append(to command: inout RedisCommand) { command.append(bytes: utf8) }
}

extension Int: RedisArgument {
    /// Adds the integer in decimal.
    public func append(to command: inout RedisCommand) { command.append(bytes: String(self).utf8) }
}

extension Array: RedisArgument where Element == UInt8 {
    /// Adds the bytes.
    public func append(to command: inout RedisCommand) { command.append(bytes: self) }
}
