// The section `blobs` of the file, and what depends on it.

import LeveeCore

extension BlobSettings {
    /// The keys of the section.
    static let keys = ["folder", "over", "orphanAge"]

    /// Takes over what the section says.
    mutating func read(_ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return }
        section.read("folder", .text, into: &folder)
        folder = folder.map { FilePath.absolute($0, in: setting.reading.folder) }
        section.read("over", .size((64 << 10)...JobType.maxStoredBytes), into: &over)
        section.read("orphanAge", .duration(.seconds(2) ... .seconds(7 * 86_400)), into: &orphanAge)
        guard section["folder"] == nil else { return }
        setting.reading.report(
            "names no folder; write folder: and one that all front ends and workers share",
            at: setting.path
        )
    }
}

extension Configuration {
    /// Checks that what job types allow has room: in Redis, or in the folder for what is larger; and that what has to fit a
    /// schema can be looked into.
    func checkSizes(reporting reading: ConfigurationReading) {
        for (name, job) in jobs.sorted(by: { $0.key < $1.key }) {
            let sizes = [("maxPayload", job.type.maxPayloadBytes), ("maxResult", job.type.maxResultBytes)]
            for (key, size) in sizes where size > JobType.maxStoredBytes {
                let path = SettingPath("jobs", name, key)
                let most = SizeText.text(JobType.maxStoredBytes)
                if blobs.folder == nil {
                    reading.report(
                        "\(SizeText.text(size)) is more than the \(most) that fit into Redis; write at most that, or name "
                            + "a folder for what is larger with blobs.folder",
                        at: path
                    )
                } else if case .upstream = job.handler {
                    reading.report(
                        "\(SizeText.text(size)) is more than the \(most) that an upstream is sent or may answer; write at "
                            + "most that",
                        at: path
                    )
                } else if key == "maxPayload", job.type.schema != nil {
                    reading.report(
                        "\(SizeText.text(size)) is more than the \(most) that are held against a schema; write at most "
                            + "that, or leave out the schema",
                        at: path
                    )
                }
            }
        }
    }
}
