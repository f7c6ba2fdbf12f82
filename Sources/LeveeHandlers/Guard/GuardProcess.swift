// The guard itself: one thread that takes signals one by one, one that waits for the worker's death.

// The C library's `environ` is a variable; nothing in a guard writes to it.
@preconcurrency import Glibc

/// What a guard does from its start to its end.
///
/// Everything that happens reaches it as a signal, all of which are blocked and taken with sigwait(3): `SIGCHLD` when a
/// child has ended, `SIGTERM` to be passed on, `SIGUSR1` to kill everything now, and `SIGUSR2` from the second thread,
/// which reads the worker's pipe.
struct GuardProcess {
    private let program: pid_t

    /// Starts the program that the arguments name and waits for its end, or for the worker's.
    static func run(_ arguments: [String]) -> Never {
        guard let order = Order(arguments) else {
            complain("this command is for workers; it takes: <worker> <pipe> <program> -- <words>")
            _exit(EX_USAGE)
        }
        blockSignals()
        becomeSubreaper()
        guard let lifeline = openLifeline(of: order) else {
            complain("the worker \(order.worker) is gone")
            _exit(EX_SOFTWARE)
        }
        watch(lifeline)
        let process = GuardProcess(program: start(order))
        discardStreams()
        process.guardUntilTheEnd()
    }

    /// What the worker wants.
    private struct Order {
        let worker: pid_t
        let pipe: CInt
        let program: String
        let words: [String]

        init?(_ arguments: [String]) {
            guard arguments.count >= 5, let worker = pid_t(arguments[0]), let pipe = CInt(arguments[1]),
                arguments[3] == "--"
            else { return nil }
            self.worker = worker
            self.pipe = pipe
            program = arguments[2]
            words = Array(arguments[4...])
        }
    }

    private static func complain(_ words: String) {
        let line = Array("\(ProcessGuard.complaint)\(words)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }

    private static func blockSignals() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
    }

    /// Makes orphans of the program children of the guard. prctl(2) takes a varying number of arguments, which Swift
    /// does not call; it is looked up with those it has here. Where it is missing, processes that leave the group of the
    /// program can get away.
    private static func becomeSubreaper() {
        typealias Control = @convention(c) (CInt, CUnsignedLong, CUnsignedLong, CUnsignedLong, CUnsignedLong) -> CInt
        let setChildSubreaper: CInt = 36
        guard let symbol = dlsym(nil, "prctl") else { return }
        _ = unsafeBitCast(symbol, to: Control.self)(setChildSubreaper, 1, 0, 0, 0)
    }

    /// Opens the worker's pipe, if the worker still lives: a dead one has no descriptors, and is no parent.
    private static func openLifeline(of order: Order) -> CInt? {
        let lifeline = open("/proc/\(order.worker)/fd/\(order.pipe)", O_RDONLY | O_CLOEXEC)
        guard lifeline >= 0, getppid() == order.worker else { return nil }
        var status = pollfd(fd: lifeline, events: Int16(POLLIN), revents: 0)
        guard poll(&status, 1, 0) == 0 else { return nil }
        return lifeline
    }

    private static func watch(_ lifeline: CInt) {
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            nil,
            { descriptor in
                var byte: UInt8 = 0
                while read(CInt(Int(bitPattern: descriptor)), &byte, 1) != 0, errno == EINTR {}
                kill(getpid(), SIGUSR2)
                return nil
            },
            UnsafeMutableRawPointer(bitPattern: Int(lifeline))
        )
        guard result == 0 else {
            complain("no thread: \(String(cString: strerror(result)))")
            _exit(EX_OSERR)
        }
    }

    /// Starts the program in the group of the guard, with no signal blocked or ignored.
    private static func start(_ order: Order) -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let words = order.words.map { strdup($0) } + [nil]
        var program: pid_t = 0
        let result = posix_spawn(&program, order.program, nil, &attributes, words, environ)
        guard result == 0 else {
            complain("the program \(order.program) cannot be started: \(String(cString: strerror(result)))")
            _exit(ProcessGuard.cannotStartStatus)
        }
        return program
    }

    /// Lets go of the program's streams, so that they close when the program closes them.
    private static func discardStreams() {
        let null = open("/dev/null", O_RDWR)
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] { dup2(null, stream) }
        if null > STDERR_FILENO { close(null) }
    }
}

extension GuardProcess {
    private func guardUntilTheEnd() -> Never {
        var awaited = sigset_t()
        sigemptyset(&awaited)
        for signal in [SIGCHLD, SIGTERM, SIGUSR1, SIGUSR2] { sigaddset(&awaited, signal) }
        var hasPassedOn = false
        while true {
            var signal: CInt = 0
            sigwait(&awaited, &signal)
            switch signal {
            case SIGCHLD:
                if let status = reap() { end(as: status) }
            case SIGTERM:
                // To the whole group, which the guard is in: it hears its own signal again.
                if !hasPassedOn { kill(0, SIGTERM) }
                hasPassedOn.toggle()
            case SIGUSR1, SIGUSR2:
                Descendants.killAll()
                kill(0, SIGKILL)
            default: break
            }
        }
    }

    /// Takes leave of children that have ended.
    ///
    /// - Returns: The status of the program, if it is one of them.
    private func reap() -> CInt? {
        var found: CInt?
        while true {
            var status: CInt = 0
            let child = waitpid(-1, &status, WNOHANG)
            guard child > 0 else { return found }
            if child == program { found = status }
        }
    }

    /// Ends as the program has ended, after what it has left behind.
    private func end(as status: CInt) -> Never {
        Descendants.killAll()
        let number = status & 0x7F
        guard number != 0 else { _exit(status >> 8 & 0xFF) }
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        _ = signal(number, SIG_DFL)
        var unblocked = sigset_t()
        sigemptyset(&unblocked)
        sigaddset(&unblocked, number)
        kill(getpid(), number)
        pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
        _exit(128 + number)
    }
}
