// What the rules of the scaling law make of a wish.

/// The number of workers to go to, and what stands between it and what was wished for.
struct ScalingStep {
    var workers: Int
    private var note: String?

    /// Creates a step.
    ///
    /// - Parameters:
    ///   - workers: The number of workers to go to.
    ///   - note: What stands in the way of more, or of fewer.
    init(_ workers: Int, _ note: String? = nil) {
        self.workers = workers
        self.note = note
    }

    /// The note as the end of a sentence.
    var remark: String { note.map { ", \($0)" } ?? "" }
}
