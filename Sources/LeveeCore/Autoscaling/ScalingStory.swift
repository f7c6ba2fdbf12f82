// What the scaling law saw, in words for an operator.

extension ScalingDemand {
    /// The load in a line: `41 jobs wait, 3.2/s arrive, 1.0 s each, oldest 12 s`.
    ///
    /// - Parameter oldest: How long the first job in line has been ready.
    /// - Returns: The line, without an end.
    func story(oldest: Duration?) -> String {
        let line = ready == 1 ? "1 job waits" : "\(ready) jobs wait"
        let age = oldest.map { ", oldest \($0.inWords)" } ?? ""
        return "\(line), \(arrivalsPerSecond.inWords)/s arrive, \(serviceSeconds.inWords) s each\(age)"
    }
}

extension Duration {
    /// Whole seconds: `12 s`.
    var inWords: String { "\(Int64(inSeconds.rounded())) s" }
}

extension Double {
    /// One decimal, or two below one: `3.2`, `0.25`. For figures of a load, so between 0 and a billion.
    fileprivate var inWords: String {
        let places = self < 0.995 ? 100 : 10
        let scaled = Int((Swift.min(Swift.max(self, 0), 1e9) * Double(places)).rounded())
        let fraction = scaled % places
        return "\(scaled / places).\(places == 100 && fraction < 10 ? "0" : "")\(fraction)"
    }
}
