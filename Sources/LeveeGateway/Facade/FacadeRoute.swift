// A route of the configuration: a method and a path of the user's own that make jobs of a type.

public import HTTPTypes
public import LeveeCore

/// A route for clients that know nothing of jobs.
public struct FacadeRoute: Sendable, Equatable {
    /// `nil` for every method that Levee knows: GET (with HEAD), POST, PUT, PATCH and DELETE.
    public var method: HTTPRequest.Method?
    public var pattern: PathPattern
    /// The type of the jobs it makes.
    public var type: String
    /// What the payload is made of; `nil` takes the body as it came.
    public var payload: JSONTemplate?
    /// What an upstream is asked for; `nil` hands the target on as it came.
    public var target: TextTemplate?
    /// Whether requests are answered before the job has ended, unless they say that they want to wait.
    public var isAsync: Bool
    /// How long a request waits for the end of its job at most.
    public var limit: Duration
    /// What the answer to a request says that does not wait; `nil` for the status.
    public var accepted: JSONTemplate?
    /// Where the status of its jobs is, beside `/jobs/{id}`: a pattern whose only name is `id`.
    public var statusPath: PathPattern?
    /// Where the outcome of its jobs is, beside `/resources/{id}`: a pattern whose only name is `id`.
    public var resourcePath: PathPattern?
    /// How states are called in its status bodies, where that is not their own name.
    public var statuses: StatusNames

    /// 30 seconds.
    public static let usualLimit = Duration.seconds(30)

    /// The methods of a route that names none.
    public static let anyMethods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete]

    /// Creates a route; see the properties.
    public init(
        method: HTTPRequest.Method?,
        pattern: PathPattern,
        type: String,
        payload: JSONTemplate? = nil,
        target: TextTemplate? = nil,
        isAsync: Bool = false,
        limit: Duration = usualLimit,
        accepted: JSONTemplate? = nil,
        statusPath: PathPattern? = nil,
        resourcePath: PathPattern? = nil,
        statuses: StatusNames = StatusNames()
    ) {
        self.method = method
        self.pattern = pattern
        self.type = type
        self.payload = payload
        self.target = target
        self.isAsync = isAsync
        self.limit = limit
        self.accepted = accepted
        self.statusPath = statusPath
        self.resourcePath = resourcePath
        self.statuses = statuses
    }

    /// The methods it answers.
    public var methods: [HTTPRequest.Method] { method.map { [$0] } ?? Self.anyMethods }
}

/// How the states of jobs are called in status bodies.
public struct StatusNames: Sendable, Equatable {
    /// In the answer to the request that made the job, while it has not ended.
    public var submitted: String?
    /// While it has not ended, where the state has no name of its own.
    public var pending: String?
    public var states: [JobState: String]

    /// Creates names; a state without one keeps its own.
    public init(submitted: String? = nil, pending: String? = nil, states: [JobState: String] = [:]) {
        self.submitted = submitted
        self.pending = pending
        self.states = states
    }

    /// The name of a state.
    func name(_ state: JobState, isSubmit: Bool) -> String {
        if isSubmit, !state.isTerminal, let submitted { return submitted }
        return states[state] ?? (state.isTerminal ? nil : pending) ?? state.rawValue
    }
}
