// `levee destinations`: where the ends of jobs were told, and where they could not be.

import ArgumentParser
import Foundation
import NIOHTTP1

/// Reads and acknowledges messages of lists; looks after follow-ups that could not be delivered.
struct DestinationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "destinations",
        abstract: "Read what ended jobs have left in lists; look after follow-ups that could not be delivered.",
        subcommands: [List.self, Read.self, Ack.self, Dead.self, Redeliver.self, Purge.self],
        defaultSubcommand: List.self
    )

    /// Shows the lists.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show how many messages each list holds.")

        @OptionGroup var admin: AdminOptions

        func run() async throws {
            try await admin.show("/destinations") { document in
                let lists = document["destinations"] as? [[String: Any]] ?? []
                return [["LIST", "MESSAGES", "VISIBLE"]]
                    + lists.map {
                        [$0["name"] as? String ?? "?", Cell.number($0["messages"]), Cell.number($0["visible"])]
                    }
            }
        }
    }

    /// Reads messages.
    struct Read: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read the oldest messages of a list, as JSON.",
            discussion: "They are there again after a while, until they are acknowledged with `levee destinations ack`."
        )

        @Argument(help: "The list.")
        var list: String
        @Option(name: .customLong("max"), help: "The most to read, 1 to 100.")
        var limit = 10
        @Option(help: "For how many seconds nobody else gets to see them, 0 to 43200.")
        var hide = 30
        @OptionGroup var admin: AdminOptions

        func run() async throws {
            let answer = try await admin.ask(.GET, "/destinations/\(FrontEnd.escaped(list))?max=\(limit)&hide=\(hide)")
            Output.write(answer.body + [0x0A])
        }
    }

    /// Acknowledges a message.
    struct Ack: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove messages that were dealt with.")

        @Argument(help: "The list.")
        var list: String
        @Argument(help: "The ids of the messages.")
        var ids: [String]
        @OptionGroup var admin: AdminOptions

        func run() async throws {
            for id in ids {
                _ = try await admin.ask(.DELETE, "/destinations/\(FrontEnd.escaped(list))/\(FrontEnd.escaped(id))")
            }
        }
    }

    /// Shows what could not be delivered.
    struct Dead: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the follow-ups that could not be delivered, the last ones first."
        )

        @Option(help: "The most to list, 1 to 1000.")
        var limit = 20
        @OptionGroup var admin: AdminOptions

        func run() async throws {
            try await admin.show("/deliveries/dead?limit=\(limit)") { document in
                let deliveries = document["deliveries"] as? [[String: Any]] ?? []
                return [["DELIVERY", "KIND", "TARGET", "ATTEMPTS", "REASON"]]
                    + deliveries.map { delivery in
                        [
                            delivery["id"] as? String ?? "?", delivery["kind"] as? String ?? "?",
                            delivery["target"] as? String ?? "?", Cell.number(delivery["attempts"]),
                            String((delivery["reason"] as? String ?? "").prefix(80)),
                        ]
                    }
            }
        }
    }

    /// Makes follow-ups due again.
    struct Redeliver: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Deliver follow-ups after all that were given up.")

        @Argument(help: "The ids of the deliveries.")
        var ids: [String]
        @OptionGroup var admin: AdminOptions

        func run() async throws {
            for id in ids { _ = try await admin.ask(.POST, "/deliveries/\(FrontEnd.escaped(id))/redeliver") }
        }
    }

    /// Forgets what could not be delivered.
    struct Purge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget all follow-ups that could not be delivered. They cannot be brought back."
        )

        @OptionGroup var admin: AdminOptions

        func run() async throws {
            let answer = try await admin.ask(.DELETE, "/deliveries/dead")
            let text = "\(Cell.number(answer.document["removed"])) removed\n"
            Output.write(admin.json ? answer.body + [0x0A] : Array(text.utf8))
        }
    }
}
