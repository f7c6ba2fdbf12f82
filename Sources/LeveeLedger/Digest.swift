// A short name for bytes.

/// The 64-bit FNV-1a hash: tells bytes apart that differ by mishap.
package enum Digest {
    /// The digest in hexadecimal.
    package static func of(_ bytes: some Sequence<UInt8>) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes {
            hash ^= UInt64(byte)
            hash = hash &* 0x100_0000_01B3
        }
        return String(hash, radix: 16)
    }
}
