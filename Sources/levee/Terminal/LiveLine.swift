// A sign of life while a person waits.

import Foundation

/// A line on standard error that is rewritten on a terminal; a line now and then elsewhere, without any control characters.
struct LiveLine: Sendable {
    private let descriptor: CInt
    /// Whether nothing is to be said at all.
    private let isQuiet: Bool
    /// Whether a line can be rewritten: on a terminal that knows how.
    let isRewritten: Bool

    /// - Parameters:
    ///   - isQuiet: Whether nothing is to be said at all.
    ///   - descriptor: Where to.
    init(isQuiet: Bool = false, to descriptor: CInt = STDERR_FILENO) {
        self.isQuiet = isQuiet
        self.descriptor = descriptor
        isRewritten = Terminal.isCapable(descriptor, environment: ProcessInfo.processInfo.environment)
    }

    /// Shows how things are.
    ///
    /// - Parameters:
    ///   - text: What to show; what does not fit into the line is cut off on a terminal.
    ///   - isDue: Whether it is time for a line, where each is a new one.
    func show(_ text: String, isDue: Bool) {
        guard !isQuiet else { return }
        let line = LineText.escaped(text)
        if isRewritten {
            write("\r\u{1B}[K\(line.prefix(width - 1))")
        } else if isDue {
            write(line + "\n")
        }
    }

    /// Takes the line away that was shown last.
    func clear() {
        if !isQuiet, isRewritten { write("\r\u{1B}[K") }
    }

    /// The columns of the terminal, or what most have.
    private var width: Int {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1 ? Int(size.ws_col) : 80
    }

    private func write(_ text: String) {
        try? FileHandle(fileDescriptor: descriptor).write(contentsOf: Data(text.utf8))
    }
}
