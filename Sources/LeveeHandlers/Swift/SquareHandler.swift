// Squares a number: the smallest job there is.

public import LeveeCore
public import LeveeWorker

/// `{"number": n}` becomes `{"square": n * n}`, for whole numbers and for others.
public struct SquareHandler: JobHandler {
    /// It only reckons.
    public var isQuick: Bool { true }

    /// Creates the handler.
    public init() {}

    /// What to square.
    public struct Input: Decodable, Sendable {
        /// The number.
        public var number: Number
    }

    /// What came of it.
    public struct Output: Encodable, Sendable {
        /// The number times itself.
        public var square: Number
    }

    /// A number as JSON has it: whole where it can be.
    public enum Number: Codable, Sendable, Equatable {
        case whole(Int)
        case floating(Double)

        /// Reads a number.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let whole = try? container.decode(Int.self) {
                self = .whole(whole)
            } else {
                self = .floating(try container.decode(Double.self))
            }
        }

        /// Writes a number.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .whole(let number): try container.encode(number)
            case .floating(let number): try container.encode(number)
            }
        }
    }

    /// Squares the number.
    public func run(_ input: Input, context: JobContext) throws(JobFailure) -> Output {
        switch input.number {
        case .whole(let number):
            let (square, overflow) = number.multipliedReportingOverflow(by: number)
            guard !overflow else { throw tooLarge("\(number)") }
            return Output(square: .whole(square))
        case .floating(let number):
            guard (number * number).isFinite else { throw tooLarge("\(number)") }
            return Output(square: .floating(number * number))
        }
    }

    private func tooLarge(_ number: String) -> JobFailure {
        JobFailure(
            code: "overflow",
            detail: "the square of \(number) is too large for 64 bits; give a smaller number",
            status: 422,
            disposition: .final
        )
    }
}

extension SquareHandler: PayloadHandler {
    /// Makes one attempt at a job. A whole number, which it nearly always is, is read and written without `Codable`: that would
    /// cost more than all else in such a job.
    public func handle(_ job: LeasedJob, payload: Content, context: JobContext) async throws -> JobResult {
        guard let root = (try? JSONDocument(payload.bytes))?.root, root.kind == .object,
            let number = root.member("number")?.integer,
            case .whole(let square) = try run(Input(number: .whole(number)), context: context).square
        else { return try await CodableHandler(self).handle(job, payload: payload, context: context) }
        var json = JSONWriter(reservingCapacity: 32)
        json.object { $0.member("square", square) }
        return JobResult(content: Content(mediaType: "application/json", bytes: json.bytes))
    }
}
