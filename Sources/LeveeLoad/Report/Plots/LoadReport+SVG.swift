// The course of a test as one picture.

extension LoadReport {
    /// What the fleet made of its load, over time: throughput, queues, workers and round trips, as an SVG document that needs
    /// nothing else. What is not known is left out.
    public var svg: String {
        let format = PlotFormat.wide
        let plots = fleetPlots
        let (width, height) = (Int(format.width) + 32, Int(format.height + 8) * plots.count + 24)
        var markup = Markup()
        markup.element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "viewBox": "-16 -12 \(width) \(height)", "width": "\(width)",
                "height": "\(height)",
            ]
        ) { markup in
            markup.element("title", text: title)
            markup.style(PlotStyle.colors)
            markup.style(PlotStyle.rules)
            markup.empty(
                "rect",
                ["x": "-16", "y": "-12", "width": "\(width)", "height": "\(height)", "fill": "var(--paper)"]
            )
            for (number, plot) in plots.enumerated() {
                PlotDrawing(plot, format).draw(to: &markup, top: Double(number) * (format.height + 8))
            }
        }
        return markup.text + "\n"
    }
}
