// Bytes that lie outside the store of jobs: how they are named and referred to.

/// A payload or result in a ``BlobStore``.
public struct Blob: Sendable, Hashable {
    public var name: BlobName
    /// How many bytes it has.
    public var length: Int
    /// SHA-256 over the bytes: 64 hexadecimal digits in lower case.
    public var digest: String

    /// Creates a reference; see the properties.
    public init(name: BlobName, length: Int, digest: String) {
        self.name = name
        self.length = length
        self.digest = digest
    }

    /// What a store of jobs keeps of it: length and digest. The name follows from the job and is never read back.
    public var reference: String { "\(length) \(digest)" }

    /// Reads a reference; `nil` for what is none.
    ///
    /// - Parameters:
    ///   - reference: What ``reference`` gave.
    ///   - name: The name that the blob has.
    public init?(reference: String, name: BlobName) {
        let parts = reference.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let length = Int(parts[0]), length >= 0, parts[1].utf8.count == 64,
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.init(name: name, length: length, digest: String(parts[1]))
    }
}

/// The name of a blob: whose it is and what of it. It is made of an id and numbers only, so it is fit for a file's name.
public struct BlobName: Sendable, Hashable, CustomStringConvertible {
    public var job: JobID
    public var part: Part

    /// What of a job a blob is.
    public enum Part: Sendable, Hashable {
        case payload
        /// A result: by the fence of the attempt that made it, so that an attempt that was overtaken spoils nothing, and by
        /// its number among those of the attempt, from 0.
        case result(fence: Int, index: Int)
    }

    private init(job: JobID, part: Part) {
        self.job = job
        self.part = part
    }

    /// The payload of a job.
    public static func payload(of job: JobID) -> BlobName { BlobName(job: job, part: .payload) }

    /// A result of an attempt.
    public static func result(of job: JobID, fence: Int, index: Int = 0) -> BlobName {
        BlobName(job: job, part: .result(fence: fence, index: index))
    }

    /// `<id>.p`, or `<id>.r<fence>.<index>`.
    public var description: String {
        switch part {
        case .payload: "\(job.text).p"
        case .result(let fence, let index): "\(job.text).r\(fence).\(index)"
        }
    }

    /// Reads a name; `nil` for what is none.
    ///
    /// - Parameters:
    ///   - text: What ``description`` gave.
    ///   - recognize: Tells ids of the deployment from others.
    public init?(_ text: some StringProtocol, recognize: (String) -> JobID?) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 2, let job = recognize(String(parts[0])) else { return nil }
        if parts.count == 2, parts[1] == "p" {
            self = .payload(of: job)
        } else if parts.count == 3, parts[1].first == "r", let fence = Int(parts[1].dropFirst()),
            let index = Int(parts[2])
        {
            self = .result(of: job, fence: fence, index: index)
        } else {
            return nil
        }
    }
}
