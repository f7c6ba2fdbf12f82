// The handler at work, on a worker that is real and a store in memory: no Redis is needed.

import LeveeCore
import LeveeTesting
import Mandelbrot
import Testing

@Suite("Mandelbrot jobs", .timeLimit(.minutes(1)))
struct MandelbrotTests {
    @Test("draw")
    func draw() async throws {
        try await TestBench.run([MandelbrotHandler.binding]) { bench in
            let id = try await bench.submit("mandelbrot", json: MandelbrotHandler.Input(width: 14, height: 5))
            let job = try await bench.end(of: id)
            #expect(job.state == .succeeded)
            let picture: MandelbrotHandler.Output = try await bench.result(of: id)
            #expect(picture.rows.count == 5)
            #expect(picture.rows[0] == "..............")
            #expect(picture.rows[2].contains("####"))
        }
    }

    @Test("that cannot be drawn fail for good, with a reason")
    func refuse() async throws {
        try await TestBench.run([MandelbrotHandler.binding]) { bench in
            let id = try await bench.submit("mandelbrot", json: MandelbrotHandler.Input(width: 0, height: 5))
            let job = try await bench.end(of: id)
            #expect(job.state == .failed)
            #expect(
                job.failure == .init(code: "bad-size", detail: "width and height must be from 1 to 500", status: 422)
            )
            #expect(job.failures == 1)
        }
    }

    @Test("tell how far they are, and end when they are canceled")
    func cancel() async throws {
        try await TestBench.run([MandelbrotHandler.binding]) { bench in
            let endless = MandelbrotHandler.Input(width: 500, height: 500, depth: 1_000_000)
            let id = try await bench.submit("mandelbrot", json: endless)
            let running = try await bench.wait(for: id) { $0.progress.percent > 0 }
            #expect(running.progress.stage == "drawing")
            try await bench.cancel(id)
            let job = try await bench.end(of: id)
            #expect(job.state == .canceled)
        }
    }
}
