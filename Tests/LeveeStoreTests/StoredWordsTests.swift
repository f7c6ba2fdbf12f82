// Words of stored lines, as the scripts write them and as damage may leave them.

import LeveeCore
import LeveeRedis
import Testing

@testable import LeveeStore

@Suite struct StoredWordsTests {
    @Test func betweenTwoSpacesIsAnEmptyWord() {
        var words = StoredWords(Array("queued 17  -".utf8))
        #expect(words.text() == "queued")
        #expect(words.integer() == 17)
        #expect(words.text() == "")
        #expect(!words.isOver)
        #expect(words.text() == "-")
        #expect(words.isOver)
        #expect(words.next() == nil)
    }

    @Test func numbersAreWholeAndInRange() {
        var words = StoredWords(Array("-3 4x 9223372036854775808 é".utf8))
        #expect(words.integer() == -3)
        #expect(words.integer() == Int?.none)
        #expect(words.integer() == Int64?.none)
        #expect(words.integer() == Int?.none)
        #expect(words.integer() == Int?.none)
    }

    @Test func theRestMayHaveSpacesOfItsOwn() {
        var words = StoredWords(Array("200 text/plain; charset=utf-8\nnext".utf8), in: 0..<29)
        #expect(words.integer() == 200)
        #expect(words.rest() == "text/plain; charset=utf-8")
        #expect(words.rest() == nil)
        var empty = StoredWords([])
        #expect(empty.rest() == "")
        #expect(empty.isOver)
    }

    private static let standing = "running 4 1700000000000 2 1699999999000 3 w1 1 0 77 0 1700000900000"
    private static let facts =
        "render films 2 1700000000000 5 12 ag=1000 te=acme fu\nvideo/mp4\ns webhook https://a\nf list dead"

    @Test func aStandingHasTwelveWords() throws {
        let line = Self.standing
        let standing = try #require(JobStanding(Array(line.utf8)))
        #expect(standing.state == .running)
        #expect(standing.fence == 2)
        #expect(standing.claimedAt?.milliseconds == 1_699_999_999_000)
        #expect(standing.ticket == 77)
        #expect(standing.expiresAt.milliseconds == 1_700_000_900_000)
        #expect(JobStanding(Array((line + " 1").utf8)) == nil)
        #expect(JobStanding(Array("running 4 1700000000000 2 0 3 w1 1 0 77 0".utf8)) == nil)
        #expect(JobStanding(Array(line.replacing("running", with: "resting").utf8)) == nil)
        // A word that has been lost counts as 0, and the others stay where they are.
        let damaged = try #require(JobStanding(Array(line.replacing(" 77 ", with: "  ").utf8)))
        #expect(damaged.ticket == 0)
        #expect(damaged.expiresAt == standing.expiresAt)
    }

    @Test func factsHaveWhatNotAllJobsHave() throws {
        let facts = try #require(JobFacts(Array(Self.facts.utf8)))
        #expect(facts.type == "render")
        #expect(facts.queue == "films")
        #expect(facts.priority == .low)
        #expect(facts.payloadLength == 12)
        #expect(facts.tenant.name == "acme")
        #expect(facts.payloadType == "video/mp4")
        #expect(facts.followUps == "s webhook https://a\nf list dead")
        let short = try #require(JobFacts(Array("a b 1 1 1 0\n".utf8)))
        #expect(short.tenant == .standard)
        #expect(short.payloadType.isEmpty)
        #expect(short.followUps.isEmpty)
        #expect(JobFacts(Array("a b 1 1 1 0".utf8)) == nil)
        #expect(JobFacts(Array("a b 7 1 1 0\ntext/plain".utf8)) == nil)
    }

    @Test(arguments: [
        ("200 12 text/plain; charset=utf-8\nETag: a\nVary: b", "text/plain; charset=utf-8", 2),
        ("200 12 text/plain", "text/plain", 0), ("200 12 ", "", 0),
    ])
    func aResultHasItsTypeAndFields(summary: String, mediaType: String, fields: Int) throws {
        let result = try #require(try result(summary))
        #expect((result.status, result.length) == (200, 12))
        #expect(result.mediaType == mediaType)
        #expect(result.fields.count == fields)
    }

    @Test(arguments: ["", "200", "200 12", "ok 12 text/plain"])
    func aResultThatMakesNoSenseIsNone(summary: String) throws {
        #expect(try result(summary) == nil)
    }

    private func result(_ summary: String) throws -> JobRecord.StoredResult? {
        var values = [RESPValue](repeating: .null, count: RecordFields.all.count)
        let standing = Self.standing.replacing("running", with: "succeeded")
        for (name, text) in [("s", standing), ("f", Self.facts), ("rs", summary)] {
            values[try #require(RecordFields.all.firstIndex(of: name))] = .bulk(Array(text.utf8))
        }
        let record = try RecordFields.decode(values, id: JobID(trusted: "00"))
        return try #require(record).result
    }

    @Test(arguments: [(21, false), (22, true), (23, false)])
    func figuresHaveTwentyTwoWords(count: Int, isSound: Bool) {
        let line = (1...count).map(String.init).joined(separator: " ")
        func submitted(_ line: String) -> Int {
            QueueFigures(fields: ["figures", line].map { .bulk(Array($0.utf8)) }).submitted
        }
        #expect(submitted(line) == (isSound ? 5 : 0))
        #expect(submitted(line.replacing(" 7 ", with: "  7 ") + " ") == (isSound ? 5 : 0))
    }
}
