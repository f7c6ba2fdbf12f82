// What can be wrong with a plan, before anything is sent.

/// A plan that cannot be run. Each description says what to do about it.
public enum LoadPlanError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A base URL that cannot be read: the URL and the reason.
    case invalidURL(String, String)
    /// No base URL at all.
    case noTarget
    /// A host that is not this machine, while the plan allows none.
    case notLoopback(String)
    /// A setting outside of what it can be: its name, what was given and what it must be.
    case outOfRange(String, given: String, expected: String)
    /// A job type that cannot stand in a path.
    case invalidType(String)
    /// The id of a job that cannot stand in a path.
    case invalidID(String)
    /// A media type that cannot stand in a header field.
    case invalidMediaType(String)
    /// An API key that cannot stand in a header field.
    case invalidKey
    /// More connections than the process may have open files: how many files are needed and what the hard limit is.
    case tooManyFiles(needed: Int, limit: Int)

    public var description: String {
        switch self {
        case .invalidURL(let url, let reason):
            "\(url) is no base URL of a front end: \(reason)."
        case .noTarget:
            "There is no base URL; give one, such as http://127.0.0.1:8080."
        case .notLoopback(let host):
            "\(host) is not this machine. Load on other machines must be allowed expressly, by those who run them too."
        case .outOfRange(let name, let given, let expected):
            "\(name) is \(given); it must be \(expected)."
        case .invalidType(let type):
            "\"\(type)\" is no job type: letters, digits, dots, dashes and underscores make one."
        case .invalidID(let id):
            "\"\(id)\" is no id of a job; a submit answers one."
        case .invalidMediaType(let type):
            "\(type) is no media type; application/json is one."
        case .invalidKey:
            "The API key has blanks or other characters that no key has."
        case .tooManyFiles(let needed, let limit):
            "The connections need \(needed) open files and the hard limit is \(limit): raise it (ulimit -Hn \(needed), as "
                + "root) or let fewer clients share fewer connections."
        }
    }
}
