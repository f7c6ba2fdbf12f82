// A job's status in one line for people.

import Foundation

/// What `levee status` shows.
struct StatusLine {
    let text: String

    /// - Parameter document: The status body of the HTTP contract.
    init(_ document: [String: Any]) {
        let status = document["status"] as? String ?? "?"
        var parts = [document["id"] as? String ?? "?", document["type"] as? String ?? "?", status]
        if let queue = document["queue"] as? [String: Any], let position = queue["position"] as? Int, status == "queued"
        {
            parts.append("\(position) ahead")
            if let eta = queue["etaSeconds"] as? Int { parts.append("about \(eta) s") }
        }
        if let progress = document["progress"] as? [String: Any], status == "running" {
            parts.append("\(progress["percent"] as? Int ?? 0) %")
            if let stage = progress["stage"] as? String { parts.append(stage) }
        }
        if let attempt = document["attempt"] as? Int, attempt > 1 {
            parts.append("attempt \(attempt) of \(document["maxAttempts"] as? Int ?? attempt)")
        }
        if let error = document["error"] as? [String: Any] {
            parts.append("\(error["code"] as? String ?? "?"): \(error["detail"] as? String ?? "")")
        }
        text = LineText.escaped(parts.joined(separator: "  "))
    }
}
