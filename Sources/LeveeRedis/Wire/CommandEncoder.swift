// Formats commands with hiredis: the one file that calls its formatter.

private import CHiredis
internal import NIOCore

enum CommandEncoder {
    /// The most bytes a command may have: Redis takes no longer string (`proto-max-bulk-len`).
    static let maximumBytes = 512 << 20

    /// The commands in RESP, one after the other.
    static func encode(_ commands: [RedisCommand]) throws(RedisError) -> ByteBuffer {
        var buffer = ByteBuffer()
        if commands.count > 1 {
            buffer.reserveCapacity(commands.reduce(0) { $0 + $1.bytes.count + 16 * $1.lengths.count + 16 })
        }
        for command in commands { try encode(command, into: &buffer) }
        return buffer
    }

    private static func encode(_ command: RedisCommand, into buffer: inout ByteBuffer) throws(RedisError) {
        let count = command.lengths.count
        guard count > 0 else { throw .unavailable("a command without a name cannot be sent") }
        guard command.bytes.count <= maximumBytes, let argumentCount = Int32(exactly: count) else {
            throw .unavailable("\(command) with \(command.bytes.count) bytes is larger than Redis takes")
        }
        var target: UnsafeMutablePointer<CChar>?
        let length = command.bytes.withUnsafeBytes { bytes in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { pointers in
                let base = bytes.assumingMemoryBound(to: CChar.self).baseAddress
                var offset = 0
                for index in 0..<count {
                    pointers.initializeElement(at: index, to: base.map { $0 + offset })
                    offset += command.lengths[index]
                }
                return levee_format(&target, argumentCount, pointers.baseAddress, command.lengths)
            }
        }
        guard length >= 0, let target else { throw .unavailable("out of memory for \(command)") }
        defer { redisFreeCommand(target) }
        buffer.writeBytes(UnsafeRawBufferPointer(start: target, count: Int(length)))
    }
}
