// The doctor's report, for people and for programs.

import LeveeCore
import LeveeStore

/// An examination in words.
struct DoctorReport {
    /// After which time without a tick something is to be said about it.
    private static let idleAfter = Duration.seconds(10)

    let examination: Examination
    /// Whether a repair was asked for.
    let isRepair: Bool

    init(_ examination: Examination, isRepair: Bool) {
        self.examination = examination
        self.isRepair = isRepair
    }

    /// A line for each finding and each remark, and one for the whole.
    var text: String {
        (examination.findings.map(line) + remarks + [summary]).map { LineText.escaped($0) + "\n" }.joined()
    }

    /// What it comes to: `nothing wrong`, or how much is.
    var verdict: String {
        let number = examination.findings.count
        guard number > 0 else { return examination.isCutShort ? "not all was looked at" : "nothing wrong" }
        let things = "\(Self.grouped(number)) \(number == 1 ? "thing" : "things")"
        guard isRepair else { return "\(things) wrong" }
        let mended = examination.findings.count(where: \.isRepaired)
        return "\(things) wrong, \(mended == number ? "all" : mended == 0 ? "none" : Self.grouped(mended)) mended"
    }

    private func line(_ finding: Finding) -> String {
        let mend: String
        switch (finding.remedy, finding.isRepaired) {
        case (_, true): mend = "mended"
        case (nil, false): mend = "nothing can mend that"
        case (_?, false) where isRepair: mend = "could not be mended now"
        case (let remedy?, false): mend = "--repair would \(remedy)"
        }
        return "\(finding.subject.kind) \(finding.subject.name) \(finding.words) [\(finding.code.rawValue)]; \(mend)"
    }

    private var remarks: [String] {
        var remarks = examination.uncountedQueues.map {
            "queue \($0) has too many jobs to be counted: its figures were compared in part"
        }
        if examination.isCutShort {
            remarks.append("something hid the rest, or there was too much to go on: mend this first, then look again")
        }
        if let idle = examination.lastTick, idle > Self.idleAfter, examination.jobs > 0 {
            remarks.append(
                "nobody has looked after the jobs for \(Span.text(idle)): "
                    + "none is put in line, taken back or expired until a front end or worker runs"
            )
        }
        return remarks
    }

    private var summary: String {
        let jobs = "\(Self.grouped(examination.jobs)) \(examination.jobs == 1 ? "job" : "jobs")"
        let queues = "\(examination.queues) \(examination.queues == 1 ? "queue" : "queues")"
        return "looked at \(jobs), \(queues): \(verdict)"
    }

    /// A number with a comma between each three digits.
    private static func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    /// The same as a document.
    var document: [String: Any] {
        [
            "jobs": examination.jobs, "queues": examination.queues, "workers": examination.workers,
            "sound": examination.isSound, "complete": !examination.isCutShort,
            "uncountedQueues": examination.uncountedQueues,
            "findings": examination.findings.map { finding in
                var item: [String: Any] = [
                    "code": finding.code.rawValue, "kind": finding.subject.kind, "subject": finding.subject.name,
                    "words": finding.words, "repaired": finding.isRepaired,
                ]
                item["remedy"] = finding.remedy
                return item
            },
        ]
    }
}
