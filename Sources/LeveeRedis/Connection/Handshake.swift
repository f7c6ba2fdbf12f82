// What a connection says first: who it is and which database it wants.

/// The first commands on a connection, and the judgement of their replies.
struct Handshake: Sendable {
    private enum Step: Equatable {
        case authenticate
        case select(Int)
        case name
        case clientID
        case probe
    }

    enum Progress: Equatable {
        case unfinished
        case done
        case failed(String)
    }

    let commands: [RedisCommand]
    private let steps: [Step]
    private var answered = 0
    /// What Redis calls this connection; only when asked for, and then from the end of the handshake on.
    private(set) var clientID: Int64?

    init(endpoint: RedisEndpoint, name: String, asksForClientID: Bool = false) {
        var plan: [(Step, RedisCommand)] = []
        if let password = endpoint.password {
            let command =
                endpoint.username.map { RedisCommand("AUTH", $0, password) } ?? RedisCommand("AUTH", password)
            plan.append((.authenticate, command))
        }
        let database = endpoint.database
        if database != 0 { plan.append((.select(database), RedisCommand("SELECT", database))) }
        plan.append((.name, RedisCommand("CLIENT", "SETNAME", name)))
        if asksForClientID { plan.append((.clientID, ["CLIENT", "ID"])) }
        // The commands above are answered while the data set is being loaded, PING is not.
        plan.append((.probe, ["PING"]))
        steps = plan.map(\.0)
        commands = plan.map(\.1)
    }

    mutating func receive(_ reply: RESPValue) -> Progress {
        guard answered < steps.count else { return .failed("a reply nobody asked for") }
        let step = steps[answered]
        answered += 1
        if case .error(let error) = reply, let reason = Self.reason(for: error, at: step) { return .failed(reason) }
        if step == .clientID, case .integer(let id) = reply { clientID = id }
        return answered == steps.count ? .done : .unfinished
    }

    private static func reason(for error: RedisServerError, at step: Step) -> String? {
        switch (error.code, step) {
        case ("LOADING", _):
            "Redis is still loading its data (\(error.message))"
        case ("NOAUTH", _):
            "Redis wants a password; put it into its URL, redis://:password@host (\(error.message))"
        case (_, .authenticate):
            "Redis does not accept the user or password in its URL (\(error.message))"
        case (_, .select(let database)):
            "Redis does not give access to database \(database) (\(error.message))"
        case (_, .probe):
            // Any other error, such as MISCONF or NOPERM for PING, is for the commands to meet: reads may well work.
            nil
        case (_, .name), (_, .clientID):
            "Redis refused the connection (\(error.message))"
        }
    }
}
