// Errors of files in words for people.

import Foundation

/// Why a file could not be read or written.
enum FileTrouble {
    /// A few words that follow a colon; never empty.
    static func words(for error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        let code = [underlying, error as NSError].compactMap(\.self).first { $0.domain == NSPOSIXErrorDomain }?.code
        guard let code else {
            return switch (error as? CocoaError)?.code {
            case .fileNoSuchFile, .fileReadNoSuchFile: words(for: POSIXError(.ENOENT))
            case .fileWriteNoPermission, .fileReadNoPermission: words(for: POSIXError(.EACCES))
            case .fileWriteOutOfSpace: words(for: POSIXError(.ENOSPC))
            case .fileWriteVolumeReadOnly: words(for: POSIXError(.EROFS))
            default: error.localizedDescription
            }
        }
        return switch CInt(code) {
        case ENOENT: "there is no such file or folder"
        case EACCES, EPERM: "this user may not do that"
        case EISDIR: "it is a folder"
        case ENOTDIR: "a part of the path is no folder"
        case ENOSPC: "the disk is full"
        case EROFS: "the disk is read-only"
        default: String(cString: strerror(CInt(code))).lowercased()
        }
    }
}
