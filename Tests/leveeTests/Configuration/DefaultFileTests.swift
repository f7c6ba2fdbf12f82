// The `levee.yaml` that comes with Levee.

import Foundation
import LeveeCore
import LeveeGateway
import Testing

@testable import levee

@Suite("The default levee.yaml")
struct DefaultFileTests {
    private let folder = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL.path

    @Test("is valid, has the types of the tour, and its programs are there")
    func types() throws {
        let file = folder + "/levee.yaml"
        let configuration = try ConfigurationLoader(environment: [:], file: file).load()
        #expect(Set(configuration.jobs.keys).isSuperset(of: ["thumbnail", "square", "echo", "sleep", "fail"]))
        #expect(configuration.jobs["thumbnail"]?.type.accepts == ["image/*"])
        #expect(
            configuration.jobs["thumbnail"]?.handler
                == .exec(ExecDefinition(command: [folder + "/scripts/handlers/thumbnail"], resultType: "image/jpeg"))
        )
        for name in HandlerDefinition.builtins { #expect(configuration.jobs[name]?.handler == .builtin(name)) }
        #expect(ProgramCheck(environment: ["PATH": "/usr/bin:/bin"]).problems(in: configuration).isEmpty)
    }

    @Test("explains every key there is")
    func comments() throws {
        let text = try String(contentsOfFile: folder + "/levee.yaml", encoding: .utf8)
        let keys =
            ConfigurationFile.keys + RedisSettings.keys + ServerSettings.keys + ServerSettings.originKeys
            + ServerSettings.limitKeys
            + WorkerSettings.keys + LogSettings.keys + QueueRules.keys + JobDefinition.keys + [
                "maxAttempts", "base", "cap",
            ]
            + HandlerDefinition.keys + ExecDefinition.keys + UpstreamDefinition.keys + FacadeRoute.keys
            + WebhookSettings.keys + BlobSettings.keys + FollowUp.Destination.keys
        for key in keys { #expect(text.contains("\(key):"), "\(key)") }
    }

    @Test("has an example that is valid too")
    func example() throws {
        let text = try String(contentsOfFile: folder + "/levee.yaml", encoding: .utf8)
        let example = text.split(separator: "\n").drop { $0 != "#   resize:" }.prefix { $0.hasPrefix("#   ") }
        #expect(example.count > 15)
        let other = "\n   complain: {handler: {builtin: echo}}"
        let configuration = try load("jobs:\n" + example.map { $0.dropFirst() }.joined(separator: "\n") + other)
        #expect(configuration.jobs["resize"]?.type.retry.maxAttempts == 3)
    }
}
