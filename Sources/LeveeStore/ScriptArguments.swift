// Arguments of scripts, as the bytes that Redis takes.

import LeveeCore

extension Content {
    /// Where scripts put it: into the hash of its job, into a key of its own, or only a reference to its blob.
    var place: String { blob != nil ? "2" : bytes.count > RedisStore.inlineLimit ? "1" : "0" }
}

extension [[UInt8]] {
    mutating func append(_ text: String) { append([UInt8](text.utf8)) }
    mutating func append(_ number: Int) { append([UInt8](String(number).utf8)) }
    mutating func append(_ duration: Duration) { append([UInt8](String(duration.milliseconds).utf8)) }
    mutating func append(_ flag: Bool) { append([flag ? 0x31 : 0x30]) }

    /// Appends a number, or nothing where there is none: scripts take an empty argument for that.
    mutating func append(_ number: Int?) { append(number.map(String.init) ?? "") }
}
