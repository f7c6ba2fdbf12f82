// The last minutes of every queue, so that who comes to look sees where things come from.

import LeveeCore

/// The figures of queues as they were read while somebody looked.
struct DashboardHistory {
    /// How far back it goes.
    static let span = Duration.seconds(180)

    private struct Sample {
        let time: Timestamp
        let queues: [String: QueueFigures]
    }

    private var samples: [Sample] = []

    /// Takes a reading down, and forgets what is too old.
    mutating func add(_ overview: FleetOverview) {
        // After the clock of the store was set back, what was before says nothing any more.
        samples.removeAll { $0.time >= overview.time || overview.time - $0.time > Self.span }
        let queues = overview.queues.map { ($0.name, $0.figures) }
        samples.append(Sample(time: overview.time, queues: Dictionary(queues) { first, _ in first }))
    }

    /// The readings as JSON, oldest first: their times in milliseconds since 1970, and for each queue its figures then, `null` where
    /// it was not there. `ended` and `failed` only rise, so that rates are differences.
    var bytes: [UInt8] {
        var json = JSONWriter(reservingCapacity: 8_192)
        json.object { json in
            json.name("times")
            json.array { json in for sample in samples { json.integer(sample.time.milliseconds) } }
            json.name("queues")
            json.object { json in
                for name in Set(samples.flatMap(\.queues.keys)).sorted() {
                    json.name(name)
                    json.object { json in
                        write("ready", of: name, to: &json) { $0.ready }
                        write("inFlight", of: name, to: &json) { $0.running }
                        write("submitted", of: name, to: &json) { $0.submitted }
                        write("ended", of: name, to: &json) { $0.succeeded + $0.failed + $0.canceled }
                        write("failed", of: name, to: &json) { $0.failed }
                    }
                }
            }
        }
        return json.bytes
    }

    private func write(
        _ figure: String,
        of queue: String,
        to json: inout JSONWriter,
        _ value: (QueueFigures) -> Int
    ) {
        json.name(figure)
        json.array { json in
            for sample in samples {
                if let figures = sample.queues[queue] { json.integer(value(figures)) } else { json.null() }
            }
        }
    }
}
