// What a file says of follow-ups: destinations that there are, receivers that may be reached, no job that goes round for ever.

import LeveeCore
import Testing

@testable import levee

@Suite("Follow-ups in the file")
struct FollowUpSectionTests {
    @Test("are read with what they are for")
    func destinations() throws {
        let configuration = try load(
            """
            webhooks: {allow: [10.0.0.0/8], secrets: [whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw], timeout: 2s}
            jobs:
              first:
                handler: {builtin: echo}
                onSuccess: {job: second}
                onFailure: {webhook: "http://10.1.2.3:8080/a"}
                deadLetters: broken
                callback: https://example.com/back
              second: {handler: {builtin: echo}, onSuccess: {list: done}, onFailure: {list: done}}
            """
        )
        #expect(
            configuration.jobs["first"]?.type.followUps == [
                FollowUp(.success, to: .job("second")), FollowUp(.failure, to: .webhook("http://10.1.2.3:8080/a")),
                FollowUp(.failure, to: .deadLetters("broken")),
                FollowUp(.end, to: .callback("https://example.com/back")),
            ]
        )
        #expect(configuration.webhooks.secrets.count == 1)
        #expect(configuration.webhooks.timeout == .seconds(2))
        let outline = ConfigurationOutline(configuration).text
        #expect(!outline.contains("MfKQ9r8G"))
        #expect(outline.contains("onSuccess.job"))
    }

    @Test(
        "that cannot be are refused with their place",
        arguments: [
            ("onSuccess: {job: sceond}", "jobs.first.onSuccess.job: there is no job type sceond; did you mean second?"),
            (
                "onSuccess: {job: first}",
                "jobs.first.onSuccess.job: jobs would follow one another for ever: first -> first"
            ),
            (
                "onFailure: {job: back}",
                "jobs.first.onFailure.job: jobs would follow one another for ever: first -> back -> first"
            ),
            ("onSuccess: {job: picture}", "jobs.first.onSuccess.job: the job type picture takes no JSON"),
            ("onSuccess: {}", "jobs.first.onSuccess: names no destination; write one of list, webhook and job"),
            ("onSuccess: {list: a, job: second}", "jobs.first.onSuccess: names more than one destination"),
            ("onSuccess: {queue: a}", "jobs.first.onSuccess.queue: unknown key"),
            ("onSuccess: {list: a b}", "jobs.first.onSuccess.list: \"a b\" is not allowed"),
            ("deadLetters: /x", "jobs.first.deadLetters: \"/x\" is not allowed"),
            (
                "onSuccess: {webhook: ftp://example.com}",
                "jobs.first.onSuccess.webhook: \"ftp://example.com\" is not allowed"
            ),
            ("callback: http://127.0.0.1/", "jobs.first.callback: nothing is sent to 127.0.0.1"),
            (
                "onFailure: {webhook: 'http://0177.0.0.1/'}",
                "jobs.first.onFailure.webhook: \"http://0177.0.0.1/\" is not allowed"
            ),
        ]
    )
    func mistakes(text: String, said: String) throws {
        let found = try problems(
            """
            jobs:
              second: {handler: {builtin: echo}}
              picture: {handler: {builtin: echo}, accepts: [image/png]}
              back: {handler: {builtin: echo}, onSuccess: {job: first}}
              first:
                handler: {builtin: echo}
                \(text)
            """
        )
        #expect(found.contains { $0.hasPrefix("levee.yaml:7:") && $0.contains(said) }, "\(found)")
    }

    @Test(
        "of webhooks name no network and no secret that is none",
        arguments: [
            ("allow: [10.0.0.1/8]", "webhooks.allow[0]: \"10.0.0.1/8\" is not allowed; write a network"),
            ("secrets: [whsec_abc]", "webhooks.secrets[0]: this is no secret for webhooks; write whsec_"),
            ("timeout: 0s", "webhooks.timeout: \"0s\" is out of range"),
            ("retrys: {}", "webhooks.retrys: unknown key; did you mean retries?"),
        ]
    )
    func webhooks(text: String, said: String) throws {
        let found = try problems("webhooks: {\(text)}\n" + validJobs)
        #expect(found.count == 1 && found[0].contains(said), "\(found)")
    }
}
