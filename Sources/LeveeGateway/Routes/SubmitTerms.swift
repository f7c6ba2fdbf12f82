// What a client may ask of one job beside its payload: priority, when it begins, until when it must have started or ended.

import Foundation
import HTTPTypes
import LeveeCore

/// The terms of one submit, as its header fields have them:
///
/// - `Priority`: `high`, `normal` or `low`; the urgency of RFC 9218, which browsers send under this name, is passed over.
/// - `Delay`: seconds until the job is ready; or `Not-Before`: the time from which it is, as an HTTP-date (RFC 9110
///   section 5.6.7) or as RFC 3339 has it.
/// - `Start-Timeout`: seconds, from then on, within which it must have started, else it ends as failed.
/// - `Callback-Url`: the receiver that is sent the status of the job when it has ended.
/// - `Cancel-After`: seconds, from the submit on, within which it must have ended, else it is canceled.
struct SubmitTerms: Equatable {
    /// The most seconds that a field may ask for: a year.
    static let longest = 365 * 86_400

    var priority = Priority.normal
    var delay = Duration.zero
    var ageLimit: Duration
    var deadline: Duration?
    var followUps: [FollowUp]

    /// Reads the fields; the type's own limits stand above them.
    ///
    /// - Parameters:
    ///   - fields: The header fields of the request.
    ///   - type: The type of the job.
    ///   - now: What `Not-Before` is compared with.
    ///   - webhooks: Which receivers there may be.
    /// - Throws: A problem that names the field which makes no sense.
    init(_ fields: HTTPFields, for type: JobType, at now: Timestamp, webhooks: WebhookRules = WebhookRules())
        throws(Problem)
    {
        followUps = try Self.followUps(fields, for: type, webhooks)
        if let text = fields[.priority], !text.contains("="), text != "i" {
            guard let named = Priority(name: text.lowercased()) else {
                throw .malformedField("Priority", text, hint: "Send high, normal or low.")
            }
            priority = named
        }
        if let seconds = try Self.seconds(in: fields, .delay, atLeast: 0) { delay = seconds }
        if let text = fields[.notBefore] {
            guard fields[.delay] == nil else {
                throw .malformedField("Not-Before", text, hint: "Send either Delay or Not-Before.")
            }
            guard let begin = Self.time(text), begin - now <= .seconds(Self.longest) else {
                let hint = "Send a time within a year, such as Sun, 06 Nov 2033 08:49:37 GMT or 2033-11-06T08:49:37Z."
                throw .malformedField("Not-Before", text, hint: hint)
            }
            delay = max(.zero, begin - now)
        }
        ageLimit = min(type.ageLimit, try Self.seconds(in: fields, .startTimeout, atLeast: 1) ?? type.ageLimit)
        deadline = [type.deadline, try Self.seconds(in: fields, .cancelAfter, atLeast: 1)].compactMap(\.self).min()
        if let deadline, deadline <= delay {
            let name = fields[.delay] == nil ? HTTPField.Name.notBefore : .delay
            let hint = "The job would be canceled before that, \(deadline.milliseconds / 1_000) s after its submit."
            throw .malformedField(name.rawName, fields[name] ?? "", hint: hint)
        }
    }

    /// The follow-ups of the type; a callback that the client wants stands in the place of the type's own.
    private static func followUps(
        _ fields: HTTPFields,
        for type: JobType,
        _ webhooks: WebhookRules
    ) throws(Problem) -> [FollowUp] {
        guard let text = fields[.callbackURL] else { return type.followUps }
        do throws(WebhookFault) {
            try webhooks.check(text)
        } catch {
            let hint = "Send an absolute http or https URL with a public address: \(error)."
            throw .malformedField("Callback-Url", text, hint: hint)
        }
        return type.followUps.filter { !$0.isCallback } + [FollowUp(.end, to: .callback(text))]
    }

    private static func seconds(
        in fields: HTTPFields,
        _ name: HTTPField.Name,
        atLeast least: Int
    ) throws(Problem) -> Duration? {
        guard let text = fields[name] else { return nil }
        guard let value = Int(text), (least...longest).contains(value), text.utf8.first != 0x2B else {
            throw .malformedField(name.rawName, text, hint: "Send whole seconds, from \(least) to \(longest).")
        }
        return .seconds(value)
    }

    /// An HTTP-date in its preferred form.
    private static let httpDate = {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter
    }()

    private static func time(_ text: String) -> Timestamp? {
        let date =
            (try? Date(text, strategy: .iso8601))
            ?? (try? Date(text, strategy: .iso8601.time(includingFractionalSeconds: true)))
            ?? httpDate.date(from: text)
        guard let seconds = date?.timeIntervalSince1970, abs(seconds) < 1e11 else { return nil }
        return Timestamp(milliseconds: Int64(seconds * 1_000))
    }
}
