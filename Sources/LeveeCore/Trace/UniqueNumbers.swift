// Random numbers for ids that need not be secret.

import Synchronization

/// SplitMix64 (Steele, Lea, Flood 2014) over one count for the whole process, begun at a random number: no number comes twice in a
/// process, and none costs a system call. Whoever has seen one can tell the next.
struct UniqueNumbers: RandomNumberGenerator {
    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let count = Atomic<UInt64>(.random(in: .min ... .max))

    func next() -> UInt64 {
        var number = Self.count.wrappingAdd(Self.step, ordering: .relaxed).newValue
        number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
        return number ^ (number >> 31)
    }
}
