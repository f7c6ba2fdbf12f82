// Loads configurations from text, and shows what is wrong with them as a user would see it.

@testable import levee

/// A configuration in one line, to be completed: a valid job type.
let validJobs = "jobs: {echo: {handler: {builtin: echo}}}\n"

/// Loads a configuration from a text.
func load(
    _ text: String,
    environment: [String: String] = [:],
    flags: [SettingOverride: String] = [:]
) throws -> Configuration {
    let folder = try TemporaryFolder()
    let file = try folder.write(text, to: "levee.yaml")
    return try ConfigurationLoader(environment: environment, file: file, flags: flags).load()
}

/// What is wrong with a text, one line for each problem, with the file called `levee.yaml`.
func problems(
    _ text: String,
    environment: [String: String] = [:],
    flags: [SettingOverride: String] = [:]
) throws -> [String] {
    let folder = try TemporaryFolder()
    let file = try folder.write(text, to: "levee.yaml")
    do throws(ConfigurationError) {
        _ = try ConfigurationLoader(environment: environment, file: file, flags: flags).load()
        return []
    } catch {
        return error.problems.map { $0.description.replacing(folder.path + "/", with: "") }
    }
}
