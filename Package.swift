// swift-tools-version: 6.2
// The layers of Levee as SwiftPM targets: a target may import only those of lower layers (docs/architecture.md).

import PackageDescription

let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioConcurrency = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let system = Target.Dependency.product(
    name: "SystemPackage",
    package: "swift-system",
    condition: .when(platforms: [.linux])
)

let package = Package(
    name: "levee",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "levee", targets: ["levee"]),
        .library(name: "LeveeCore", targets: ["LeveeCore"]),
        .library(name: "LeveeMetrics", targets: ["LeveeMetrics"]),
        .library(name: "LeveeRedis", targets: ["LeveeRedis"]),
        .library(name: "LeveeWorker", targets: ["LeveeWorker"]),
        .library(name: "LeveeHandlers", targets: ["LeveeHandlers"]),
        .library(name: "LeveeStore", targets: ["LeveeStore"]),
        .library(name: "LeveeTesting", targets: ["LeveeTesting"]),
        .library(name: "LeveeBlobs", targets: ["LeveeBlobs"]),
        .library(name: "LeveeTracing", targets: ["LeveeTracing"]),
        // Preloaded into the Redis of a chaos run, so a file of its own.
        .library(name: "SkewedClock", type: .dynamic, targets: ["CSkewedClock"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
    ],
    targets: [
        // Layer 0: what everything stands on.
        .systemLibrary(name: "CHiredis", pkgConfig: "hiredis", providers: [.apt(["libhiredis-dev"])]),
        .target(name: "LeveeCore", dependencies: [.product(name: "Crypto", package: "swift-crypto")]),
        .target(name: "LeveeMetrics", dependencies: [coreMetrics]),

        // The page that operators look at, as bytes.
        .target(name: "LeveeDashboard", resources: [.embedInCode("Assets")]),

        // How traces and jobs are named in spans and log lines.
        .target(name: "LeveeTracing", dependencies: ["LeveeCore", logging, tracing]),

        // What chaos runs write and the verdict reads, and the clock that they give to Redis.
        .target(name: "LeveeLedger"),
        .target(name: "CSkewedClock", publicHeadersPath: "."),
        .target(
            name: "LeveeLoad",
            dependencies: [nioCore, nioPosix, .product(name: "Histogram", package: "hdrhistogram-swift")]
        ),

        // Layer 1: one concern each, tied together by the ports of LeveeCore only.
        .target(
            name: "LeveeRedis",
            dependencies: ["CHiredis", "LeveeMetrics", coreMetrics, logging, nioConcurrency, nioCore, nioPosix]
        ),
        .target(
            name: "LeveeGateway",
            dependencies: [
                "LeveeCore", "LeveeDashboard", "LeveeMetrics", "LeveeTracing", coreMetrics, hummingbird, httpTypes,
                lifecycle, logging, nioCore, tracing,
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
            ]
        ),
        .target(
            name: "LeveeWorker",
            dependencies: ["LeveeCore", "LeveeMetrics", "LeveeTracing", coreMetrics, lifecycle, logging, tracing]
        ),
        .target(
            name: "LeveeAutoscaler",
            dependencies: ["LeveeCore", "LeveeMetrics", coreMetrics, lifecycle, logging]
        ),
        .target(
            name: "LeveeBlobs",
            dependencies: [
                "LeveeCore", "LeveeMetrics", coreMetrics, lifecycle, logging, nioPosix, system,
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),

        // Layer 2: the ports on Redis and in memory, and what runs a job.
        .target(name: "LeveeTesting", dependencies: ["LeveeCore", "LeveeWorker", logging]),
        .target(
            name: "LeveeStore",
            dependencies: ["LeveeCore", "LeveeRedis", logging],
            resources: [.embedInCode("Scripts")]
        ),
        .target(
            name: "LeveeCourier",
            dependencies: [
                "LeveeCore", "LeveeMetrics", "LeveeTracing", "LeveeWorker", asyncHTTPClient, coreMetrics, lifecycle,
                logging, nioCore, nioPosix, tracing,
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
        .target(
            name: "LeveeHandlers",
            dependencies: [
                "LeveeCore", "LeveeWorker", asyncHTTPClient, logging, nioCore, nioPosix, subprocess, system,
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),

        // Layer 3: the binary, where all is put together.
        .executableTarget(
            name: "levee",
            dependencies: [
                "LeveeAutoscaler", "LeveeBlobs", "LeveeCore", "LeveeCourier", "LeveeGateway", "LeveeHandlers",
                "LeveeLoad",
                "LeveeMetrics",
                "LeveeRedis",
                "LeveeStore", "LeveeTracing", "LeveeWorker", coreMetrics, httpTypes, lifecycle, logging, nioCore,
                nioPosix, subprocess, system, tracing,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                asyncHTTPClient,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ]
        ),

        // The proof: a run under faults, and the checker, which shares nothing with it but the ledgers.
        .target(
            name: "LeveeChaos",
            dependencies: [
                "LeveeLedger", "LeveeLoad", "LeveeRedis", logging, nioConcurrency, nioCore, nioPosix,
                asyncHTTPClient,
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
        .executableTarget(
            name: "levee-chaos",
            dependencies: [
                "LeveeChaos",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
        .executableTarget(name: "levee-verdict", dependencies: ["LeveeLedger"]),

        // What the benchmarks set beside Levee, and their worker (Tests/Benchmarks).
        .executableTarget(
            name: "levee-bench",
            dependencies: [
                "LeveeCore", "LeveeHandlers", "LeveeRedis", "LeveeStore", "LeveeWorker", hummingbird, httpTypes,
                lifecycle, logging, nioCore,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),

        // Tests, and what they share.
        .target(
            name: "LeveeTestSupport",
            dependencies: [
                "LeveeRedis", logging, nioConcurrency, nioCore, nioPosix,
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Tests/LeveeTestSupport"
        ),
        .executableTarget(
            name: "guard-fixture",
            dependencies: ["LeveeCore", "LeveeHandlers", "LeveeWorker", logging],
            path: "Tests/GuardFixture"
        ),
        .testTarget(name: "LeveeCoreTests", dependencies: ["LeveeCore", "LeveeTestSupport"]),
        .testTarget(name: "LeveeMetricsTests", dependencies: ["LeveeMetrics", coreMetrics]),
        .testTarget(
            name: "LeveeTracingTests",
            dependencies: [
                "LeveeCore", "LeveeTracing", logging, tracing,
                .product(name: "InMemoryLogging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "LeveeLoadTests",
            dependencies: ["LeveeLoad", nioCore, nioPosix, .product(name: "NIOEmbedded", package: "swift-nio")]
        ),
        .testTarget(
            name: "LeveeRedisTests",
            dependencies: [
                "LeveeMetrics", "LeveeRedis", "LeveeTestSupport", coreMetrics, logging, nioConcurrency, nioCore,
                nioPosix,
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "LeveeStoreTests",
            dependencies: [
                "LeveeBlobs", "LeveeCore", "LeveeRedis", "LeveeStore", "LeveeTesting", "LeveeTestSupport", logging,
            ]
        ),
        .testTarget(
            name: "LeveeGatewayTests",
            dependencies: [
                "LeveeBlobs", "LeveeCore", "LeveeGateway", "LeveeMetrics", "LeveeTesting", "LeveeTestSupport",
                "LeveeTracing", coreMetrics, hummingbird, httpTypes, lifecycle, logging, nioCore, nioPosix, tracing,
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "LeveeWorkerTests",
            dependencies: [
                "LeveeCore", "LeveeMetrics", "LeveeTesting", "LeveeTestSupport", "LeveeTracing", "LeveeWorker",
                coreMetrics, lifecycle, logging, tracing,
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(
            name: "LeveeBlobsTests",
            dependencies: [
                "LeveeBlobs", "LeveeCore", "LeveeMetrics", "LeveeTesting", "LeveeTestSupport", coreMetrics, logging,
            ]
        ),
        .testTarget(
            name: "LeveeCourierTests",
            dependencies: [
                "LeveeBlobs", "LeveeCore", "LeveeCourier", "LeveeMetrics", "LeveeTesting", "LeveeTestSupport",
                "LeveeTracing", coreMetrics, lifecycle, logging, nioCore, nioPosix, tracing,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(
            name: "LeveeAutoscalerTests",
            dependencies: [
                "LeveeAutoscaler", "LeveeCore", "LeveeMetrics", coreMetrics, logging,
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(
            name: "LeveeHandlersTests",
            dependencies: [
                "guard-fixture", "LeveeCore", "LeveeHandlers", "LeveeTestSupport", "LeveeWorker", logging, subprocess,
                system, .product(name: "InMemoryLogging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "LeveeChaosTests",
            dependencies: [
                "LeveeChaos", "LeveeLedger", "LeveeRedis", "LeveeTestSupport", nioConcurrency, nioCore, nioPosix,
            ]
        ),
        .testTarget(name: "LeveeVerdictTests", dependencies: ["levee-verdict", "LeveeLedger"]),
        .testTarget(
            name: "leveeTests",
            dependencies: [
                "levee", "LeveeChaos", "LeveeCore", "LeveeGateway", "LeveeMetrics", "LeveeRedis", "LeveeTestSupport",
                asyncHTTPClient, logging, nioCore, nioPosix,
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
    ]
)

for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .swiftLanguageMode(.v6),
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .treatAllWarnings(as: .error),
        ]
}
