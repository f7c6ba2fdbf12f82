// Tables for people, in columns that scripts can count.

/// Lines of cells under one another: the first column to the left, numbers to the right.
struct TextTable {
    let text: String

    /// - Parameter lines: The cells of each line; the first line is the head. Empty cells are shown as `-`. The last cell is free
    ///   text, in the others blanks are shown as `_`.
    init(_ lines: [[String]]) {
        let cells = lines.map { line in
            line.enumerated().map { column, cell in
                let text = cell.isEmpty ? "-" : LineText.escaped(cell)
                return column == line.count - 1 ? text : text.replacing(" ", with: "_")
            }
        }
        let columns = cells.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in cells.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        let isNumber = (0..<columns).map { column in
            column > 0 && cells.dropFirst().allSatisfy { $0.count > column && ($0[column].first?.isNumber ?? false) }
        }
        text = cells.map { line in
            let padded = line.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return isNumber[column] ? space + cell : cell + space
            }
            let joined = padded.joined(separator: "  ")
            return String(joined.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }
}
