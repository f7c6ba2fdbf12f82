// What a partition was founded with: kept in `meta`, held by each process that has opened it.

import LeveeCore

/// The secret that ids are signed with, and a name that tells this founding from any other.
struct Founding: Sendable {
    let secret: [UInt8]
    let epoch: String
    let authority: JobIDAuthority

    init(secret: [UInt8], epoch: String) {
        self.secret = secret
        self.epoch = epoch
        authority = JobIDAuthority(secret: secret)
    }

    /// One that was never there before.
    static func new() -> Founding {
        Founding(secret: randomBytes(32), epoch: newEpoch())
    }

    /// What is offered by a process that founds nothing.
    static let none = Founding(secret: [], epoch: "")

    /// The same ids, founded once more.
    func renewed() -> Founding {
        Founding(secret: secret, epoch: Self.newEpoch())
    }

    private static func newEpoch() -> String {
        String(UInt64.random(in: .min ... .max), radix: 36)
    }

    private static func randomBytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
