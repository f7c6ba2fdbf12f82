// Settings of the scaling law that cannot be.

import LeveeCore
import Testing

@Suite struct ScalingPolicyTests {
    @Test(
        arguments: [
            (-1, 4, 2, 10, 1, .negativeMinimum(-1)), (0, 0, 2, 10, 1, .maximumTooLow(0, minimum: 0)),
            (5, 4, 2, 10, 1, .maximumTooLow(4, minimum: 5)), (1, 4, 0, 10, 1, .noSlots(0)),
            (1, 4, 2, 0, 1, .noTargetWait(.zero)), (1, 4, 2, 10, -1, .noAssumedService(.seconds(-1))),
        ] as [(Int, Int, Int, Int, Int, ScalingPolicyError)]
    )
    func isRefused(min: Int, max: Int, slots: Int, wait: Int, service: Int, error: ScalingPolicyError) {
        #expect(throws: error) {
            try ScalingPolicy(
                min: min,
                max: max,
                slotsPerWorker: slots,
                targetWait: .seconds(wait),
                assumedService: .seconds(service)
            )
        }
    }

    @Test func theErrorSaysWhatToDo() {
        let error = ScalingPolicyError.maximumTooLow(4, minimum: 5)
        #expect(error.description == "The maximum of workers is 4: give at least 5, the minimum being 5.")
    }
}
