// What a file is, as far as its name tells.

extension Content {
    private static let mediaTypes = [
        "avif": "image/avif", "csv": "text/csv", "gif": "image/gif", "gz": "application/gzip", "htm": "text/html",
        "html": "text/html", "jpeg": "image/jpeg", "jpg": "image/jpeg", "json": "application/json",
        "md": "text/markdown", "mp3": "audio/mpeg", "mp4": "video/mp4", "pdf": "application/pdf", "png": "image/png",
        "svg": "image/svg+xml", "tar": "application/x-tar", "tif": "image/tiff", "tiff": "image/tiff",
        "txt": "text/plain", "wav": "audio/wav", "webm": "video/webm", "webp": "image/webp",
        "xml": "application/xml", "yaml": "application/yaml", "yml": "application/yaml", "zip": "application/zip",
    ]

    /// The media type that a file most likely has (IANA, Media Types).
    ///
    /// - Parameter name: The name of the file, or its path.
    /// - Returns: The media type; `application/octet-stream` if the name does not tell.
    public static func mediaType(ofFile name: String) -> String {
        let name = name.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "application/octet-stream" }
        return mediaTypes[name[name.index(after: dot)...].lowercased()] ?? "application/octet-stream"
    }

    /// How the names of files of a media type end, for those that are known here.
    ///
    /// - Parameter mediaType: The media type, with or without parameters.
    /// - Returns: What stands behind the dot; the shortest of several, and of these the first.
    public static func fileEnding(ofType mediaType: String) -> String? {
        let essence = essence(of: mediaType)
        return mediaTypes.filter { $0.value == essence }.keys.min { ($0.count, $0) < ($1.count, $1) }
    }
}
