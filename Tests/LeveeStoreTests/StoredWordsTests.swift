// Words of stored lines, as the scripts write them and as damage may leave them.

import LeveeCore
import Testing

@testable import LeveeStore

@Suite("Words of a stored line")
struct StoredWordsTests {
    @Test("come one by one, with what is between two spaces as an empty one")
    func words() {
        var words = StoredWords(Array("queued 17  -".utf8))
        #expect(words.text() == "queued")
        #expect(words.integer() == 17)
        #expect(words.text() == "")
        #expect(!words.isOver)
        #expect(words.text() == "-")
        #expect(words.isOver)
        #expect(words.next() == nil)
    }

    @Test("are numbers only where they are whole, and in range")
    func numbers() {
        var words = StoredWords(Array("-3 4x 9223372036854775808 é".utf8))
        #expect(words.integer() == -3)
        #expect(words.integer() == Int?.none)
        #expect(words.integer() == Int64?.none)
        #expect(words.integer() == Int?.none)
        #expect(words.integer() == Int?.none)
    }

    @Test("end in a rest that may have spaces of its own")
    func rest() {
        var words = StoredWords(Array("200 text/plain; charset=utf-8\nnext".utf8), in: 0..<29)
        #expect(words.integer() == 200)
        #expect(words.rest() == "text/plain; charset=utf-8")
        #expect(words.rest() == nil)
        var empty = StoredWords([])
        #expect(empty.rest() == "")
        #expect(empty.isOver)
    }

    @Test("make no standing with one too few or too many")
    func standing() throws {
        let line = "running 4 1700000000000 2 1699999999000 3 w1 1 0 77 0 1700000900000"
        let standing = try #require(JobStanding(Array(line.utf8)))
        #expect(standing.state == .running)
        #expect(standing.fence == 2)
        #expect(standing.claimedAt?.milliseconds == 1_699_999_999_000)
        #expect(standing.ticket == 77)
        #expect(standing.expiresAt.milliseconds == 1_700_000_900_000)
        #expect(JobStanding(Array((line + " 1").utf8)) == nil)
        #expect(JobStanding(Array("running 4 1700000000000 2 0 3 w1 1 0 77 0".utf8)) == nil)
        #expect(JobStanding(Array(line.replacing("running", with: "resting").utf8)) == nil)
    }

    @Test("make facts with what not all jobs have")
    func facts() throws {
        let text = "render films 2 1700000000000 5 12 ag=1000 te=acme fu\nvideo/mp4\ns webhook https://a\nf list dead"
        let facts = try #require(JobFacts(Array(text.utf8)))
        #expect(facts.type == "render")
        #expect(facts.queue == "films")
        #expect(facts.priority == .low)
        #expect(facts.payloadLength == 12)
        #expect(facts.tenant.name == "acme")
        #expect(facts.payloadType == "video/mp4")
        #expect(facts.followUps == "s webhook https://a\nf list dead")
        let short = try #require(JobFacts(Array("a b 1 1 1 0\ntext/plain".utf8)))
        #expect(short.tenant == .standard)
        #expect(short.followUps.isEmpty)
        #expect(JobFacts(Array("a b 1 1 1 0".utf8)) == nil)
        #expect(JobFacts(Array("a b 7 1 1 0\ntext/plain".utf8)) == nil)
    }
}
