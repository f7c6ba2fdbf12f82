// The files of the dashboard, compiled into the binary: HTML, CSS and JavaScript as they lie in Assets.

/// One file of the dashboard.
public struct DashboardAsset: Sendable {
    /// Its name, by which the page asks for it.
    public let name: String
    public let mediaType: String
    public let bytes: [UInt8]

    private init(_ name: String, _ mediaType: String, _ bytes: [UInt8]) {
        self.name = name
        self.mediaType = mediaType
        self.bytes = bytes
    }

    private static func script(_ name: String, _ bytes: [UInt8]) -> DashboardAsset {
        DashboardAsset("\(name).js", "text/javascript; charset=utf-8", bytes)
    }

    private static func style(_ name: String, _ bytes: [UInt8]) -> DashboardAsset {
        DashboardAsset("\(name).css", "text/css; charset=utf-8", bytes)
    }

    /// The page itself.
    public static let page = DashboardAsset("index.html", "text/html; charset=utf-8", PackageResources.index_html)

    /// What the page asks for.
    public static let all: [DashboardAsset] = [
        DashboardAsset("icon.svg", "image/svg+xml", PackageResources.icon_svg),
        style("base", PackageResources.base_css),
        style("parts", PackageResources.parts_css),
        style("job", PackageResources.job_css),
        script("app", PackageResources.app_js),
        script("api", PackageResources.api_js),
        script("chart", PackageResources.chart_js),
        script("content", PackageResources.content_js),
        script("dialog", PackageResources.dialog_js),
        script("dom", PackageResources.dom_js),
        script("format", PackageResources.format_js),
        script("job", PackageResources.job_js),
        script("jobs", PackageResources.jobs_js),
        script("live", PackageResources.live_js),
        script("overview", PackageResources.overview_js),
        script("queue", PackageResources.queue_js),
        script("series", PackageResources.series_js),
        script("shell", PackageResources.shell_js),
        script("signin", PackageResources.signin_js),
        script("table", PackageResources.table_js),
        script("theme", PackageResources.theme_js),
        script("timeline", PackageResources.timeline_js),
        script("workers", PackageResources.workers_js),
    ]
}
