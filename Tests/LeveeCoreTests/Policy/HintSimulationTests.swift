// Whether clients are told the truth: a thousand jobs in each of several loads.

import LeveeCore
import Testing

@Suite struct HintSimulationTests {
    @Test(arguments: HintWorkload.all, 1...3 as ClosedRange<UInt64>)
    func hintsAreHonestAndNobodyIsLateForThem(workload: HintWorkload, seed: UInt64) {
        let trace = HintSimulation.run(workload, seed: seed)
        let story: Comment =
            """
            \(workload), seed \(seed): off by \(trace.medianOff) s, \(trace.medianShare) of the truth, \
            \(trace.medianOfAllowed) of what is allowed; late by \(trace.medianLate) s; \(trace.pollsPerJob) polls a job
            """
        #expect(trace.late.count >= HintWorkload.count, story)
        #expect(trace.medianOfAllowed <= 1, story)
        #expect(trace.medianLate <= 2, story)
        #expect(trace.pollsPerJob <= 6, story)
    }
}
