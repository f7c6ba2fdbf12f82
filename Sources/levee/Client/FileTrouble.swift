// Errors of files in words for people.

import Foundation

/// Why a file could not be read or written.
enum FileTrouble {
    /// A few words that follow a colon; never empty.
    static func words(for error: any Error) -> String {
        guard let number = number(of: error) else { return error.localizedDescription }
        return switch number {
        case ENOENT: "there is no such file or folder"
        case EACCES, EPERM: "this user may not do that"
        case EISDIR: "it is a folder"
        case ENOTDIR: "a part of the path is no folder"
        case ENOSPC: "the disk is full"
        case EROFS: "the disk is read-only"
        default: String(cString: strerror(number)).lowercased()
        }
    }

    /// The number that the system gives to it, as far as that can be told.
    private static func number(of error: any Error) -> CInt? {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        let posix = [underlying, error as NSError].compactMap(\.self).first { $0.domain == NSPOSIXErrorDomain }
        if let posix { return CInt(posix.code) }
        guard let cocoa = error as? CocoaError else { return nil }
        return switch cocoa.code {
        case .fileNoSuchFile, .fileReadNoSuchFile: ENOENT
        case .fileWriteNoPermission, .fileReadNoPermission: EACCES
        case .fileWriteOutOfSpace: ENOSPC
        case .fileWriteVolumeReadOnly: EROFS
        default: nil
        }
    }
}
