// The work itself: a part of the Mandelbrot set, drawn with characters.

public import LeveeCore
public import LeveeHandlers
public import LeveeWorker

/// Draws a part of the Mandelbrot set.
public struct MandelbrotHandler: JobHandler {
    /// What a job asks for: `{"width": 60, "height": 20}`.
    public struct Input: Codable, Sendable {
        /// Characters in a row.
        public var width: Int
        /// Rows.
        public var height: Int
        /// How often a point may be iterated before it counts as inside; 200 by default.
        public var depth: Int?

        public init(width: Int, height: Int, depth: Int? = nil) {
            self.width = width
            self.height = height
            self.depth = depth
        }
    }

    /// What it gets.
    public struct Output: Codable, Sendable, Equatable {
        /// The picture, from top to bottom.
        public var rows: [String]
    }

    /// The type of the jobs, as front ends have it in their `levee.yaml`: without a handler, in a queue of its own.
    public static let type = JobType(name: "mandelbrot", queue: "mandelbrot", timeout: .seconds(300))

    /// The type with what runs its jobs.
    public static var binding: HandlerBinding {
        HandlerBinding(type: type, handler: CodableHandler(MandelbrotHandler()))
    }

    public init() {}

    public func run(_ input: Input, context: JobContext) async throws -> Output {
        guard (1...500).contains(input.width), (1...500).contains(input.height) else {
            // Another attempt would not help, and the client learns why.
            throw JobFailure(
                code: "bad-size",
                detail: "width and height must be from 1 to 500",
                status: 422,
                disposition: .final
            )
        }
        let depth = input.depth ?? 200
        var rows: [String] = []
        for y in 0..<input.height {
            // The client has canceled the job, its time is over, or the worker has to stop.
            try Task.checkCancellation()
            rows.append(Self.row(y, of: input, depth: depth))
            context.report(Progress(percent: 100 * (y + 1) / input.height, stage: "drawing"))
            // Lets other jobs of this worker have their turn.
            await Task.yield()
        }
        return Output(rows: rows)
    }

    private static func row(_ y: Int, of input: Input, depth: Int) -> String {
        let imaginary = 1.2 - 2.4 * (Double(y) + 0.5) / Double(input.height)
        return String(
            (0..<input.width).map { x in
                let real = -2.1 + 2.8 * (Double(x) + 0.5) / Double(input.width)
                return isInside(real, imaginary, depth: depth) ? "#" : "."
            }
        )
    }

    private static func isInside(_ real: Double, _ imaginary: Double, depth: Int) -> Bool {
        var (x, y) = (0.0, 0.0)
        for _ in 0..<depth {
            (x, y) = (x * x - y * y + real, 2 * x * y + imaginary)
            if x * x + y * y > 4 { return false }
        }
        return true
    }
}
