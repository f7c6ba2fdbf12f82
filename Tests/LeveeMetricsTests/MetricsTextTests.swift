// The text that Prometheus reads.

import Testing

@testable import LeveeMetrics

@Suite struct MetricsTextTests {
    @Test(
        arguments: [
            ("a\r\nb", #"a\#r\nb"#), ("a\nb", #"a\nb"#), ("\n\u{301}", "\\n\u{301}"), (#"say "\"#, #"say \"\\"#),
            ("é", "é"),
        ]
    )
    func whatEndsALabelIsEscaped(value: String, written: String) {
        var text = MetricsText()
        text.gauge("levee_x", "What it is.", [(["name": value], 1)])
        #expect(
            text.text.unicodeScalars.elementsEqual(
                "# HELP levee_x What it is.\n# TYPE levee_x gauge\nlevee_x{name=\"\(written)\"} 1\n".unicodeScalars
            )
        )
    }
}
