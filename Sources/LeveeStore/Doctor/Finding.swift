// What the doctor has found wrong: one thing, of one subject.

/// Something in the store that is not as the layout says.
public struct Finding: Sendable, Equatable {
    /// What kind of thing is wrong, as a token for programs.
    public var code: Code
    /// What the finding is about.
    public var subject: Subject
    /// What is wrong, in a sentence.
    public var words: String
    /// What a repair does about it, in a phrase that begins with a verb; `nil` where nothing can be done.
    public var remedy: String?
    /// Whether a repair was asked for and has mended it.
    public var isRepaired: Bool

    /// What a finding can be about.
    public enum Subject: Hashable, Sendable {
        /// A job, by its id.
        case job(String)
        /// A queue, by its name.
        case queue(String)
        /// A worker, by its id.
        case worker(String)
        /// A key that belongs to no single job, by its full name.
        case key(String)

        /// The kind of subject: `job`, `queue`, `worker` or `key`.
        public var kind: String {
            switch self {
            case .job: "job"
            case .queue: "queue"
            case .worker: "worker"
            case .key: "key"
            }
        }

        /// The id, or the name.
        public var name: String {
            switch self {
            case .job(let name), .queue(let name), .worker(let name), .key(let name): name
            }
        }
    }

    init(_ code: Code, _ subject: Subject, detail: String) {
        self.code = code
        self.subject = subject
        words = code.words(detail)
        remedy = code.remedy(detail)
        isRepaired = false
    }
}
