// The command line of `levee`.

import ArgumentParser

/// The root of the commands; alone it prints its help.
struct LeveeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "levee",
        abstract: "Queue-based load leveling over HTTP, backed by Redis.",
        discussion: """
            A client posts a job and gets 202 at once, workers run the jobs at their own pace, and the client is sent to \
            the stored result. The configuration is one file, levee.yaml; environment variables (LEVEE_REDIS, \
            LEVEE_REDIS_PASSWORD_FILE, LEVEE_HOST, LEVEE_PORT, LEVEE_ADMIN_HOST, LEVEE_ADMIN_PORT, LEVEE_PUBLIC_URL, \
            LEVEE_SLOTS, LEVEE_HEALTH_HOST, LEVEE_HEALTH_PORT, LEVEE_LOG_LEVEL, LEVEE_LOG_FORMAT, LEVEE_CONFIG) stand \
            above it, options above those.
            """,
        version: Version.current,
        subcommands: [
            ServeCommand.self, WorkCommand.self, AutoscaleCommand.self, CheckCommand.self, DoctorCommand.self,
            ExplainCommand.self, KeyCommand.self, HealthCommand.self,
        ],
        groupedSubcommands: [
            CommandGroup(
                name: "Clients",
                subcommands: [
                    SubmitCommand.self, StatusCommand.self, WaitCommand.self, ResultCommand.self, CancelCommand.self,
                    JobsCommand.self, QueuesCommand.self, WorkersCommand.self, DeadCommand.self,
                    DestinationsCommand.self, LoadCommand.self,
                ]
            )
        ]
    )
}
