// What a job keeps of its request, as text and back.

import LeveeCore
import Testing

@Suite struct RequestHeadTests {
    @Test(
        arguments: [
            RequestHead(),
            RequestHead(line: .init(method: "GET", target: "/films?id=7&q=a%20b")),
            RequestHead(fields: [HeaderField("Accept", "text/html, */*;q=0.1"), HeaderField("X-Empty", "")]),
            RequestHead(
                line: .init(method: "PUT", target: "/"),
                fields: [HeaderField("Link", "<http://a:80/>; rel=\"b\"")]
            ),
        ]
    )
    func whatIsWrittenIsRead(head: RequestHead) {
        #expect(RequestHead(text: head.text) == head)
    }

    @Test(arguments: ["a\r\nX-Evil: 1", "a\nb", "a\0b", "a\rb"])
    func noValueBeginsAnotherLine(value: String) {
        let head = RequestHead(fields: [HeaderField("X-Fine", value)])
        #expect(RequestHead(text: head.text).fields == [HeaderField("X-Fine", "a")])
    }

    @Test func namesHaveNoCase() {
        let fields = [HeaderField("ETag", "1"), HeaderField("etag", "2"), HeaderField("Vary", "x")]
        #expect(fields.values("ETAG") == ["1", "2"])
    }
}
