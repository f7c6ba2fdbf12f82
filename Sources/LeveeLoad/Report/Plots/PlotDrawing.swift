// Draws a plot as SVG.

/// How large a plot is drawn, and how much of that its labels take.
struct PlotFormat {
    var name: StaticString
    var width: Double
    var height: Double
    var left: Double
    var right: Double
    /// How many ticks the horizontal axis can bear.
    var ticks: Int

    static let top = 44.0
    static let bottom = 26.0

    /// For screens and paper.
    static let wide = PlotFormat(name: "wide", width: 880, height: 236, left: 58, right: 104, ticks: 10)
    /// For telephones, which would make the letters of a wide one too small.
    static let narrow = PlotFormat(name: "narrow", width: 372, height: 212, left: 46, right: 76, ticks: 5)
}

/// One plot in one format.
struct PlotDrawing {
    private static let lineHeight = 14.0
    /// Marks that are closer together than this have no labels but the first.
    private static let markDistance = 44.0

    private let plot: Plot
    private let format: PlotFormat
    private let x: Scale
    private let y: Scale

    init(_ plot: Plot, _ format: PlotFormat) {
        self.plot = plot
        self.format = format
        x = Scale(
            kind: plot.horizontal.kind,
            domain: plot.horizontal.domain,
            ends: (format.left, format.width - format.right)
        )
        y = Scale(
            kind: plot.vertical.kind,
            domain: plot.vertical.domain,
            ends: (format.height - PlotFormat.bottom, PlotFormat.top)
        )
    }

    /// The drawing, as an element; below another one if it has to be.
    func draw(to markup: inout Markup, top: Double = 0) {
        markup.element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": "plot \(format.name)", "role": "img",
                "aria-label": "\(plot.title), \(plot.unit)", "y": place(top),
                "viewBox": "0 0 \(place(format.width)) \(place(format.height))", "width": place(format.width),
                "height": place(format.height),
            ]
        ) { markup in
            heading(to: &markup)
            for gap in plot.gaps { shade(gap, to: &markup) }
            grid(to: &markup)
            for mark in labelledMarks() { draw(mark.mark, isLabelled: mark.isLabelled, to: &markup) }
            for bar in plot.bars { draw(bar, to: &markup) }
            for line in plot.lines { draw(line, to: &markup) }
            labels(to: &markup)
        }
    }

    // MARK: Frame

    private func heading(to markup: inout Markup) {
        markup.element("text", ["class": "title", "x": "0", "y": "15"]) { markup in
            markup.write(plot.title)
            markup.element("tspan", ["class": "unit", "dx": "8"], text: plot.unit)
        }
    }

    private func grid(to markup: inout Markup) {
        for tick in plot.vertical.ticks {
            let height = y.place(tick.value)
            line("grid", (x.ends.0, height), (x.ends.1, height), to: &markup)
            text(tick.label, "tick", (format.left - 8, height + 4), anchor: "end", to: &markup)
        }
        line("axis", (x.ends.0, y.ends.0), (x.ends.1, y.ends.0), to: &markup)
        for tick in horizontalTicks() {
            let place = x.place(tick.value)
            line("axis", (place, y.ends.0), (place, y.ends.0 + 4), to: &markup)
            text(tick.label, "tick", (place, y.ends.0 + 17), anchor: "middle", to: &markup)
        }
    }

    /// As many as there is room for; the axis of a plot has them for a wide one.
    private func horizontalTicks() -> [Axis.Tick] {
        let every = max(1, (plot.horizontal.ticks.count + format.ticks - 1) / format.ticks)
        return plot.horizontal.ticks.enumerated().filter { $0.offset.isMultiple(of: every) }.map { $0.element }
    }

    private func shade(_ gap: ClosedRange<Double>, to markup: inout Markup) {
        let (from, to) = (x.place(gap.lowerBound), x.place(gap.upperBound))
        markup.empty(
            "rect",
            [
                "class": "gap", "x": place(from), "y": place(y.ends.1), "width": place(max(1, to - from)),
                "height": place(y.ends.0 - y.ends.1),
            ]
        )
    }

    private func labelledMarks() -> [(mark: Plot.Mark, isLabelled: Bool)] {
        var last = -Double.infinity
        return plot.marks.map { mark in
            let isLabelled = x.place(mark.x) - last >= Self.markDistance
            if isLabelled { last = x.place(mark.x) }
            return (mark, isLabelled)
        }
    }

    private func draw(_ mark: Plot.Mark, isLabelled: Bool, to markup: inout Markup) {
        let place = x.place(mark.x)
        line("mark", (place, y.ends.1 - 12), (place, y.ends.0), to: &markup)
        if isLabelled { text(mark.label, "marked", (place + 4, y.ends.1 - 5), anchor: "start", to: &markup) }
    }

    // MARK: Data

    private func draw(_ bar: Plot.Bar, to markup: inout Markup) {
        guard bar.height > 0 else { return }
        let (from, to, top) = (x.place(bar.from), x.place(bar.to), y.place(bar.height))
        markup.empty(
            "rect",
            [
                "class": "bar", "x": place(from + 0.5), "y": place(top), "width": place(max(1, to - from - 1)),
                "height": place(y.ends.0 - top),
            ]
        )
    }

    private func draw(_ line: Plot.Line, to markup: inout Markup) {
        guard !line.pieces.isEmpty else { return }
        markup.empty(
            "path",
            [
                "class": "line ink\(line.ink)\(line.isDashed ? " dashed" : "")",
                "d": line.pieces.map { path($0, isStepped: line.isStepped) }.joined(),
            ]
        )
    }

    /// A piece of one point is a dot: a line without length, whose round ends are seen.
    private func path(_ points: [Plot.Point], isStepped: Bool) -> String {
        var path = ""
        for (number, point) in points.enumerated() {
            let (right, up) = (place(x.place(point.x)), place(y.place(point.y)))
            if number == 0 {
                path += "M\(right) \(up)" + (points.count == 1 ? "h0" : "")
            } else if isStepped {
                path += "H\(right)V\(up)"
            } else {
                path += "L\(right) \(up)"
            }
        }
        return path
    }

    // MARK: Labels

    /// The names of the lines beside their ends, moved apart where they would lie on each other, with a thin line to what they
    /// name.
    private func labels(to markup: inout Markup) {
        let named = plot.lines.compactMap { line in line.end.map { (line, x.place($0.x), y.place($0.y)) } }
            .sorted { $0.2 < $1.2 }
        let heights = Self.apart(named.map { $0.2 }, by: Self.lineHeight, within: y.ends.1...y.ends.0)
        for ((drawn, right, height), moved) in zip(named, heights) {
            let edge = right + 16
            line("leader ink\(drawn.ink)", (right + 2, height), (edge - 3, moved), to: &markup)
            text(drawn.name, "name ink\(drawn.ink)", (edge, moved + 4), anchor: "start", to: &markup)
        }
    }

    /// Moves heights apart, in their order, as little as it takes.
    static func apart(_ heights: [Double], by distance: Double, within range: ClosedRange<Double>) -> [Double] {
        var moved = heights
        for index in moved.indices.dropFirst() { moved[index] = max(moved[index], moved[index - 1] + distance) }
        var limit = range.upperBound
        for index in moved.indices.reversed() {
            moved[index] = min(moved[index], limit)
            limit = moved[index] - distance
        }
        return moved
    }

    // MARK: Elements

    private func line(
        _ style: String,
        _ from: (Double, Double),
        _ to: (Double, Double),
        to markup: inout Markup
    ) {
        markup.empty(
            "line",
            ["class": style, "x1": place(from.0), "y1": place(from.1), "x2": place(to.0), "y2": place(to.1)]
        )
    }

    private func text(
        _ content: String,
        _ style: String,
        _ at: (Double, Double),
        anchor: String,
        to markup: inout Markup
    ) {
        markup.element(
            "text",
            ["class": style, "x": place(at.0), "y": place(at.1), "text-anchor": anchor],
            text: content
        )
    }

    /// A coordinate, to the tenth.
    private func place(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
    }
}
