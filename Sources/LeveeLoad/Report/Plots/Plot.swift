// A plot, before it is drawn.

/// What there is to draw.
struct Plot {
    /// A line, or several pieces of one: where a value is not known there is a gap.
    struct Line {
        var name: String
        /// Which of the inks, from 1.
        var ink: Int
        /// Whether a value holds until the next one, as a number of workers does.
        var isStepped = false
        var isDashed = false
        /// Unbroken pieces.
        var pieces: [[Point]]

        /// The last value there is.
        var end: Point? { pieces.last?.last }
    }

    struct Point: Equatable {
        var x: Double
        var y: Double
    }

    /// A bar of a histogram.
    struct Bar {
        var from: Double
        var to: Double
        var height: Double
    }

    /// Something that began at a place of the horizontal axis.
    struct Mark: Equatable {
        var x: Double
        var label: String
    }

    var title: String
    /// What the vertical axis counts.
    var unit: String
    /// What has to be said of it, such as that something is not known.
    var note: String?
    var horizontal: Axis
    var vertical: Axis
    var lines: [Line] = []
    var bars: [Bar] = []
    var marks: [Mark] = []
    /// Where nothing is known although it was asked for.
    var gaps: [ClosedRange<Double>] = []

    /// Whether there is nothing to see.
    var isEmpty: Bool { lines.allSatisfy(\.pieces.isEmpty) && bars.isEmpty }
}

extension Plot.Line {
    /// A line through points, broken where two neighbours are further apart than values usually are.
    static func through(
        _ points: [Plot.Point],
        named name: String,
        ink: Int,
        isStepped: Bool = false,
        isDashed: Bool = false,
        apartAtMost reach: Double
    ) -> Plot.Line {
        var pieces: [[Plot.Point]] = []
        for point in points {
            if let last = pieces.last?.last, point.x - last.x <= reach {
                pieces[pieces.count - 1].append(point)
            } else {
                pieces.append([point])
            }
        }
        return Plot.Line(name: name, ink: ink, isStepped: isStepped, isDashed: isDashed, pieces: pieces)
    }
}
