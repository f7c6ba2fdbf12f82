// What is gathered while a configuration is read: problems, and where each value came from.

/// The state of one reading: of a file and of what stands above it.
final class ConfigurationReading {
    /// The path of the file, as the user gave it.
    let file: String
    /// The absolute path of the folder that the file is in.
    let folder: String
    /// What is wrong so far.
    private(set) var problems: [ConfigurationProblem] = []
    /// Where the settings came from that have been read so far; those that are not here are defaults.
    private(set) var sources: [SettingPath: Source] = [:]

    /// Begins a reading.
    init(file: String, folder: String) {
        self.file = file
        self.folder = folder
    }

    /// Takes up the reading of a configuration again, to report what else is wrong with it.
    convenience init(again configuration: Configuration) {
        self.init(file: configuration.file, folder: "/")
        sources = configuration.sources
    }

    /// Notes where a setting came from; what is noted later stands above.
    func note(_ path: SettingPath, from source: Source) {
        sources[path] = source
    }

    /// Reports something wrong at a place in the file, or in another one that it names.
    func report(_ message: String, in file: String? = nil, at mark: YAMLMark, _ path: SettingPath) {
        let place = ConfigurationProblem.Place.position(file: file ?? self.file, mark)
        problems.append(ConfigurationProblem(place: place, path: path, message: message))
    }

    /// Reports something wrong with a setting, at the place it came from.
    func report(_ message: String, at path: SettingPath) {
        let place: ConfigurationProblem.Place =
            switch sources[path] {
            case .file(let mark): .position(file: file, mark)
            case .variable(let name): .variable(name)
            case .flag(let name): .flag(name)
            case nil: .file(file)
            }
        problems.append(ConfigurationProblem(place: place, path: path, message: message))
    }

    /// The problems in the order of the file, what stands above it last.
    var ranked: [ConfigurationProblem] {
        let ranked = problems.enumerated().sorted { left, right in
            (left.element.place.rank(in: file), left.offset) < (right.element.place.rank(in: file), right.offset)
        }
        return ranked.map(\.element)
    }

    /// Throws the problems, if there are any.
    func check() throws(ConfigurationError) {
        guard !problems.isEmpty else { return }
        throw ConfigurationError(problems: ranked)
    }
}

extension ConfigurationProblem.Place {
    fileprivate func rank(in main: String) -> YAMLMark {
        switch self {
        case .file: YAMLMark(line: 0, column: 0)
        case .position(let file, let mark): file == main ? mark : YAMLMark(line: .max, column: 0)
        case .variable: YAMLMark(line: .max, column: 1)
        case .flag: YAMLMark(line: .max, column: 2)
        }
    }
}
