// Finds the word that somebody probably meant.

/// Suggestions for mistyped words.
enum NearMiss {
    /// The candidate that is closest to a word, if one is close enough to be meant.
    ///
    /// Case, `-` and `_` do not count, so that `max_ready` finds `maxReady`; besides, a third of the letters may differ,
    /// at least one, and the beginning of just one candidate finds it.
    ///
    /// - Parameters:
    ///   - word: What was written.
    ///   - candidates: What could have been meant.
    /// - Returns: The closest candidate, or `nil` if none is close.
    static func suggestion(for word: String, among candidates: some Sequence<String>) -> String? {
        let letters = fold(word)
        guard !letters.isEmpty, letters.count <= 64 else { return nil }
        let ranked = candidates.map { (distance: distance(letters, fold($0)), name: $0) }
        if let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= max(1, letters.count / 3) {
            return best.name
        }
        let completions = ranked.filter { letters.count >= 3 && fold($0.name).starts(with: letters) }
        return completions.count == 1 ? completions[0].name : nil
    }

    private static func fold(_ word: String) -> [Character] {
        word.lowercased().filter { $0 != "-" && $0 != "_" }
    }

    /// How many insertions, deletions, replacements and swaps of neighbours lead from one word to the other.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(last[column] + (letter == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
