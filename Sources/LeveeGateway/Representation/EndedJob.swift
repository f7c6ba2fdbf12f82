// The status of an ended job, for those who are told of it and have not asked.

public import LeveeCore

/// What a client would see that asked now.
public enum EndedJob {
    /// The status document.
    ///
    /// - Parameters:
    ///   - record: A job that has ended.
    ///   - base: Under which URL clients reach the front ends, without a slash at its end.
    /// - Returns: The document as JSON.
    public static func status(of record: JobRecord, base: String) -> [UInt8] {
        StatusDocument(record: record, figures: nil, hint: .unknown, links: Links(base: base)).bytes
    }
}
