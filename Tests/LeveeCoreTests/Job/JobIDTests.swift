// Ids: minted, recognised, and not to be forged.

import LeveeTestSupport
import Testing

@testable import LeveeCore

@Suite struct JobIDTests {
    private let authority = JobIDAuthority(secret: Array("a secret of this deployment".utf8))

    @Test func anIdIsRecognisedByItsOwnDeploymentOnly() throws {
        let id = authority.mint(partition: "00")
        #expect(id.text.count == JobID.length)
        #expect(id.text.hasPrefix("00"))
        #expect(authority.recognize(id.text) == id)
        #expect(JobIDAuthority(secret: [1]).recognize(id.text) == nil)
    }

    /// Computed apart: base 32 of the bytes 0 to 9 and the head of their HMAC-SHA256. Ids at large must stay valid.
    @Test func anIdOfOldIsStillRecognised() {
        #expect(authority.recognize("00000g40r40m30e2094vznv1g4xg") != nil)
    }

    @Test func everyChangeOfOneCharacterIsAForgery() {
        var generator = SeededGenerator(seed: 7)
        let id = authority.mint(partition: "00", using: &generator)
        for index in id.text.indices {
            for character in "0123456789abcdefghjkmnpqrstvwxyz" where character != id.text[index] {
                var text = id.text
                text.replaceSubrange(index...index, with: String(character))
                #expect(authority.recognize(text) == nil, "\(text)")
            }
        }
    }

    @Test(arguments: [
        "", "0", "00", "00../../../../../etc/passwd", "00{*}{*}{*}{*}{*}{*}{*}{*}{*}", "00ilou0000000000000000000000",
        "000000000000000000000000000\u{0}", "００00000000000000000000000000", String(repeating: "0", count: 100_000),
    ])
    func whatIsNoIdIsNotRecognised(text: String) {
        #expect(authority.recognize(text) == nil)
    }

    @Test func upperCaseIsAnotherSpellingAndNotTheSameId() {
        let id = authority.mint(partition: "00")
        if id.text.uppercased() != id.text { #expect(authority.recognize(id.text.uppercased()) == nil) }
    }

    @Test func base32ComesBackAndHasOneSpelling() throws {
        var generator = SeededGenerator(seed: 11)
        for count in 0...20 {
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            let text = Array(CrockfordBase32.encode(bytes).utf8)
            #expect(CrockfordBase32.decode(text[...], count: count) == bytes)
        }
        let strayBits = Array("zz".utf8)
        #expect(CrockfordBase32.decode(strayBits[...], count: 1) == nil)
    }

    @Test func idsDoNotRepeat() {
        let ids = Set((0..<10_000).map { _ in authority.mint(partition: "00") })
        #expect(ids.count == 10_000)
    }
}
