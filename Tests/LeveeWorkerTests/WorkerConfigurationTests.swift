// Settings that work, and those that do not.

import LeveeCore
import Testing

@testable import LeveeWorker

struct WorkerConfigurationTests {
    private let queues = [QueueRules(name: "default")]

    @Test("the default name is valid and has the process' number")
    func defaultName() throws {
        let configuration = WorkerConfiguration(slots: 1, queues: queues)
        try configuration.validate()
        #expect(configuration.name.split(separator: "-").count >= 3)
        #expect(configuration.name != WorkerConfiguration(slots: 1, queues: queues).name)
    }

    @Test("what cannot work is named")
    func faults() {
        let cases: [(WorkerConfiguration, WorkerConfiguration.Fault)] = [
            (WorkerConfiguration(name: "", slots: 1, queues: queues), .name("")),
            (WorkerConfiguration(name: "w1", slots: 0, queues: queues), .slots(0)),
            (WorkerConfiguration(name: "w1", slots: 1, queues: []), .queues),
            (WorkerConfiguration(name: "w1", slots: 1, queues: queues, lease: .zero), .lease(.zero)),
            (WorkerConfiguration(name: "w1", slots: 1, queues: queues, batchCount: 0), .batch),
        ]
        for (configuration, fault) in cases {
            #expect(throws: fault) { try configuration.validate() }
        }
    }
}
