// swift-tools-version: 6.2
// A worker of one's own in Swift: a handler in a library, so that it can be tested, and an executable round it.

import PackageDescription

let package = Package(
    name: "mandelbrot-worker",
    platforms: [.macOS(.v15)],
    dependencies: [
        // In a package of your own: .package(url: "...", from: "...")
        .package(name: "levee", path: "../.."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(
            name: "Mandelbrot",
            dependencies: [
                .product(name: "LeveeCore", package: "levee"),
                .product(name: "LeveeHandlers", package: "levee"),
                .product(name: "LeveeWorker", package: "levee"),
            ]
        ),
        .executableTarget(
            name: "mandelbrot-worker",
            dependencies: [
                "Mandelbrot",
                .product(name: "LeveeRedis", package: "levee"),
                .product(name: "LeveeStore", package: "levee"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(
            name: "MandelbrotTests",
            dependencies: ["Mandelbrot", .product(name: "LeveeTesting", package: "levee")]
        ),
    ]
)
