// What problems of one status have in common.

import HTTPTypes

extension Problem {
    /// What a status means to a client, in a few words.
    static func meaning(of status: HTTPResponse.Status) -> String {
        switch status.code {
        case 400: "The request or its payload is malformed; or a handler's own words about the job."
        case 401: "An API key is missing or not known."
        case 403: "The API key, or the page's origin, is not good for this; or a handler's own words about the job."
        case 404: "There is no such thing, or not yet."
        case 408: "The request took too long to arrive."
        case 409: "The job is in another state."
        case 410: "There was something, and it is gone."
        case 412: "The job is in another version than If-Match names."
        case 413: "The payload is too large; or a handler's own words about the job."
        case 414: "The request target is too long."
        case 415: "The media type is not taken; or a handler's own words about the job."
        case 421: "The door is not known under this name."
        case 422: "The job has failed or was canceled; or the Idempotency-Key was used for something else."
        case 424: "All attempts of the job have failed."
        case 402, 406, 451: "A handler's own words about the job."
        case 431: "The header fields are too large."
        case 501: "The transfer coding is not known."
        case 503: "Not now; nothing was changed, unless the problem says so."
        case 505: "The version of HTTP is not spoken here."
        default: "Something went wrong in the server."
        }
    }
}
