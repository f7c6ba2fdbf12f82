// Everything that a program has started, wherever it went.

import Glibc

/// The processes below this one.
enum Descendants {
    /// Kills them all: the children of a child that is killed become children of the subreaper, so it goes on until
    /// there are none. Costs one system call when there are none to begin with.
    static func killAll() {
        while waitpid(-1, nil, WNOHANG) >= 0 {
            let children = children()
            for child in children { kill(child, SIGKILL) }
            guard !children.isEmpty, waitpid(-1, nil, 0) > 0 else { return }
        }
    }

    /// The processes whose parent is this one.
    private static func children() -> [pid_t] {
        guard let directory = opendir("/proc") else { return [] }
        defer { closedir(directory) }
        let own = getpid()
        var found: [pid_t] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let process = pid_t(name), parent(of: process) == own { found.append(process) }
        }
        return found
    }

    /// The parent of a process, from its line in proc(5): `pid (name) state parent ...`, where the name may hold anything.
    private static func parent(of process: pid_t) -> pid_t? {
        let descriptor = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0, let end = buffer[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = buffer[(end + 1)..<count].split(separator: UInt8(ascii: " "))
        return fields.count >= 2 ? pid_t(String(decoding: fields[1], as: UTF8.self)) : nil
    }
}
