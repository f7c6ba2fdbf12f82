// Tests of the Prefer header field.

import HTTPTypes
import Testing

@testable import LeveeGateway

@Suite("Preferences")
struct PreferencesTests {
    private func preferences(_ values: String...) -> Preferences {
        var fields = HTTPFields()
        for value in values { fields.append(HTTPField(name: .prefer, value: value)) }
        return Preferences(fields)
    }

    @Test("are read from one field or several, whatever their case")
    func reading() {
        let one = preferences("respond-async, WAIT=10; foo=\"a\", return=minimal")
        #expect((one.respondAsync, one.wait, one.isMinimal) == (true, 10, true))
        #expect(preferences("Respond-Async", "wait = \"7\"") == preferences("respond-async,wait=7"))
        #expect(preferences("return=representation").isMinimal == false)
    }

    @Test("that are malformed, unknown or come again are passed over")
    func passedOver() {
        #expect(preferences("wait=abc").wait == nil)
        #expect(preferences("wait=-1").wait == nil)
        #expect(preferences("wait").wait == nil)
        #expect(preferences("wait=3, wait=9").wait == 3)
        #expect(preferences("wait=x, wait=9").wait == nil)
        #expect(preferences(",,;=,handling=strict,\"") == Preferences([:]))
    }

    @Test("for a long wait are capped")
    func cap() {
        #expect(preferences("wait=61").wait == 60)
        #expect(preferences("wait=99999999999999999999999").wait == 60)
        #expect(preferences("wait=0").wait == 0)
    }

    @Test("that are honoured are said, with the wait that was used")
    func applied() {
        let all = preferences("respond-async, wait=90, return=minimal")
        #expect(
            all.headers(isAsync: true, hasNoBody: true)[.preferenceApplied] == "respond-async, wait=60, return=minimal"
        )
        #expect(all.headers()[.preferenceApplied] == "wait=60")
        #expect(all.headers()[.vary] == "Prefer")
        #expect(preferences("respond-async").headers() == [:])
    }
}
