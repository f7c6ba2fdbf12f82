// How far an examination is.

/// What has been looked at so far.
public struct ExaminationProgress: Sendable, Equatable {
    /// Keys, entries of indexes and the like that were looked at.
    public var looked = 0
    /// Keys whose names have been read: most of what there is to look at.
    public var keys = 0
}
