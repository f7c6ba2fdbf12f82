// Tests of API keys: made, hashed, found.

import LeveeCore
import Testing

@Suite struct APIKeyTests {
    @Test func aDigestIsThatOfTheStandard() {
        // FIPS 180-2, appendix B.1.
        let digest = APIKey.digest(of: "abc").map { String($0, radix: 16) }.joined(separator: " ")
        #expect(digest.hasPrefix("ba 78 16 bf 8f 1 cf ea 41 41 40 de"))
        #expect(APIKey.digest(of: "").count == APIKey.digestLength)
    }

    @Test func secretsAreNewEachTimeAndFitAHeaderField() {
        let secrets = (0..<100).map { _ in APIKey.newSecret() }
        #expect(Set(secrets).count == 100)
        for secret in secrets {
            #expect(secret.hasPrefix("levee_") && secret.utf8.count == 58)
            #expect(secret.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        }
    }

    @Test func onlyTheSecretItselfFindsItsKey() {
        let secrets = (0..<5).map { _ in APIKey.newSecret() }
        let ring = APIKeyRing(secrets.enumerated().map { APIKey(name: "k\($0)", digest: APIKey.digest(of: $1)) })
        for (number, secret) in secrets.enumerated() {
            #expect(ring.key(of: secret)?.name == "k\(number)")
            for wrong in [secret.uppercased(), String(secret.dropLast()), secret + "0", ""] {
                #expect(ring.key(of: wrong) == nil)
            }
        }
        #expect(APIKeyRing().key(of: secrets[0]) == nil)
        #expect(APIKeyRing([APIKey(name: "short", digest: [])]).key(of: "") == nil)
    }
}
