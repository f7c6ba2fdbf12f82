// The end of standard error, whatever it is made of.

import Testing

@testable import LeveeHandlers

struct ErrorTailTests {
    @Test("control characters go, line feeds and tabs stay, blanks at the ends go")
    func control() {
        var tail = ErrorTail()
        tail.append(Array("\n a\u{1B}[31m\tb\r\nc\u{7F}\0 \n".utf8))
        #expect(tail.text == "a[31m\tb\nc")
    }

    @Test("what is no UTF-8 is replaced")
    func invalid() {
        var tail = ErrorTail()
        tail.append([0x61, 0xFF, 0x62])
        #expect(tail.text == "a\u{FFFD}b")
    }

    @Test("only the last bytes are kept, cut at a character", arguments: [1, 7, 4_096, 100_000])
    func cut(step: Int) {
        var tail = ErrorTail()
        let all = Array(String(repeating: "\u{20AC}", count: 10_000).utf8)
        for start in stride(from: 0, to: all.count, by: step) { tail.append(all[start..<min(start + step, all.count)]) }
        #expect(tail.text == String(repeating: "\u{20AC}", count: ErrorTail.limit / 3))
    }

    @Test("nothing is nothing")
    func empty() {
        #expect(ErrorTail().text.isEmpty)
    }
}
