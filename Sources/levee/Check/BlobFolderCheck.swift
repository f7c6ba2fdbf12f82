// Checks that the folder for large payloads and results can be used.

import LeveeBlobs

/// Looks at the folder that the configuration names.
enum BlobFolderCheck {
    /// What is wrong: a folder that is not there, is none, or cannot be written to.
    static func problems(in configuration: Configuration) -> [ConfigurationProblem] {
        guard let folder = configuration.blobs.folder, let complaint = FolderBlobStore.complaint(about: folder) else {
            return []
        }
        let reading = ConfigurationReading(again: configuration)
        let shown = LineText.quoted(folder, limit: 1_000)
        reading.report("\(shown): \(complaint)", at: SettingPath("blobs", "folder"))
        return reading.ranked
    }
}
