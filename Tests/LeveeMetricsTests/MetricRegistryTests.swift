// What is recorded through swift-metrics, as Prometheus is shown it.

import CoreMetrics
import Testing

@testable import LeveeMetrics

@Suite struct MetricRegistryTests {
    private let registry = MetricRegistry()

    /// The lines that are not of the registry itself.
    private var lines: [String] {
        registry.text.split(separator: "\n").map(String.init).filter { !$0.contains("levee_metrics_refused_total") }
    }

    @Test func whatIsRecordedIsShownWithItsMeaning() {
        withMetricsFactory(registry) {
            let family = MetricFamily("levee_claims_total", "Claims, by outcome.")
            family.counter(["outcome": "some"]).increment(by: 2)
            _ = family.counter(["outcome": "none"])
            MetricFamily("levee_slots", "Slots.").meter().set(4)
        }
        #expect(
            lines == [
                "# HELP levee_claims_total Claims, by outcome.",
                "# TYPE levee_claims_total counter",
                #"levee_claims_total{outcome="none"} 0"#,
                #"levee_claims_total{outcome="some"} 2"#,
                "# HELP levee_slots Slots.",
                "# TYPE levee_slots gauge",
                "levee_slots 4",
            ]
        )
    }

    @Test func timesAreCountedByLengthInSeconds() {
        withMetricsFactory(registry) {
            let timer = MetricFamily("levee_wait_seconds", "Waits.").timer(["kind": "x"])
            timer.record(.milliseconds(20))
            timer.record(.milliseconds(25))
            timer.record(.seconds(3_600))
        }
        for line in [
            "# TYPE levee_wait_seconds histogram",
            #"levee_wait_seconds_bucket{kind="x",le="0.01"} 0"#,
            #"levee_wait_seconds_bucket{kind="x",le="0.025"} 2"#,
            #"levee_wait_seconds_bucket{kind="x",le="1800"} 2"#,
            #"levee_wait_seconds_bucket{kind="x",le="+Inf"} 3"#,
            #"levee_wait_seconds_sum{kind="x"} 3600.045"#,
            #"levee_wait_seconds_count{kind="x"} 3"#,
        ] { #expect(lines.contains(line), "\(line)") }
    }

    @Test func twoInstrumentsWithTheSameNameAndLabelsAreOne() {
        for _ in 0..<2 { Counter(label: "c_total", dimensions: [("a", "1")], factory: registry).increment() }
        #expect(lines.contains(#"c_total{a="1"} 2"#))
    }

    @Test func manyTasksCountTogether() async {
        let (counter, meter) = (Counter(label: "c", factory: registry), Meter(label: "m", factory: registry))
        let timer = Timer(label: "t", factory: registry)
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        counter.increment()
                        meter.increment(by: 2)
                        meter.decrement()
                        timer.recordNanoseconds(1_000_000_000)
                    }
                }
            }
        }
        for line in ["c_total 8000", "m 8000", "t_seconds_count 8000", "t_seconds_sum 8000"] {
            #expect(lines.contains(line), "\(line)")
        }
    }

    @Test func namesOfOtherProgramsAreMadeFit() {
        Counter(label: "http.server-requests", dimensions: [("http.code", "a\"b\\c\nd")], factory: registry).increment()
        Gauge(label: "2nd", factory: registry).record(-1.5)
        Recorder(label: "sizes", factory: registry).record(5_000)
        for line in [
            #"http_server_requests_total{http_code="a\"b\\c\nd"} 1"#,
            "# HELP _2nd Recorded by this program.",
            "_2nd -1.5",
            "# TYPE sizes histogram",
            #"sizes_bucket{le="1000"} 0"#,
            #"sizes_bucket{le="10000"} 1"#,
        ] { #expect(lines.contains(line), "\(line)") }
    }

    @Test func aNameHasOneTypeAndTheOtherIsCounted() {
        Gauge(label: "x_total", factory: registry).record(1)
        Counter(label: "x_total", factory: registry).increment()
        Counter(label: "x_total", dimensions: [("a", "1")], factory: registry).increment()
        #expect(lines.filter { !$0.hasPrefix("#") } == ["x_total 1"])
        #expect(registry.text.contains("levee_metrics_refused_total 2\n"))
    }

    @Test func thereIsAnEndToSeries() {
        let small = MetricRegistry(limit: 2)
        let counters = (0..<5).map { Counter(label: "c_total", dimensions: [("id", "\($0)")], factory: small) }
        for counter in counters { counter.increment() }
        #expect(small.text.split(separator: "\n").count { $0.hasPrefix("c_total") } == 2)
        #expect(small.text.contains("levee_metrics_refused_total 3\n"))
        counters[0].destroy()
        Counter(label: "d_total", factory: small).increment()
        #expect(small.text.contains("d_total 1\n"))
        #expect(!small.text.contains(#"c_total{id="0"}"#))
    }

    @Test func ticksAreCountedWithWhatTheyDid() {
        withMetricsFactory(registry) {
            let upkeep = UpkeepMetrics()
            upkeep.ticked((reaped: 1, expired: 2, promoted: 3))
            upkeep.ticked(nil)
            upkeep.failed()
        }
        for line in [
            #"levee_upkeep_jobs_total{action="reaped"} 1"#, #"levee_upkeep_jobs_total{action="expired"} 2"#,
            #"levee_upkeep_jobs_total{action="promoted"} 3"#, #"levee_upkeep_ticks_total{outcome="done"} 1"#,
            #"levee_upkeep_ticks_total{outcome="skipped"} 1"#, #"levee_upkeep_ticks_total{outcome="failed"} 1"#,
        ] { #expect(lines.contains(line), "\(line)") }
        #expect(registry.text.contains("levee_metrics_refused_total 0\n"))
    }

    @Test func theSystemTellsOfThisProcess() throws {
        let figures = ProcessFigures()
        #expect(figures.processorSeconds > 0)
        #if os(Linux)
            let memory = try #require(figures.residentBytes)
            #expect(memory > 1_048_576 && memory < (figures.virtualBytes ?? 0))
            let files = try #require(figures.openFiles)
            #expect(files > 2 && files <= figures.maxFiles ?? 0)
            // Not before 2020, and the same whenever it is asked.
            let began = try #require(figures.startTime)
            #expect(began > 1_577_836_800)
            #expect(ProcessFigures().startTime == began)
        #endif
        #expect(figures.text.contains("# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total "))
    }
}
