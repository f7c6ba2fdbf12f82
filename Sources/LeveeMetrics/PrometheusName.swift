// Names as Prometheus takes them; other programs name their metrics by other rules, such as `http.requests`.

/// Makes names of metrics and labels.
enum PrometheusName {
    /// The name of a metric: letters, digits, `_` and `:`, no digit first.
    ///
    /// - Parameters:
    ///   - name: Any name.
    ///   - ending: How it has to end.
    /// - Returns: The name, with `_` for what may not be in it.
    static func metric(_ name: String, ending: String = "") -> String {
        let plain = cleaned(name) { $0 == ":" }
        return plain.hasSuffix(ending) ? plain : plain + ending
    }

    /// The name of a label: letters, digits and `_`, no digit first.
    static func label(_ name: String) -> String { cleaned(name) { _ in false } }

    private static func cleaned(_ name: String, allows: (Character) -> Bool) -> String {
        let text = String(
            name.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" || allows($0) ? $0 : "_" }
        )
        return text.first.map(\.isNumber) ?? true ? "_" + text : text
    }
}
