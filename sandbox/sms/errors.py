"""Twilio's errors: their codes, HTTP status and words [twilio.com/docs/api/errors]."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

# code -> (HTTP status, Twilio's words)
ERRORS = {
    20001: (400, "Invalid parameter"),
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource {0} was not found"),
    20429: (429, "Too Many Requests"),
    21211: (400, "The 'To' number {0} is not a valid phone number."),
    21212: (400, "The 'From' number {0} is not a valid phone number, shortcode, or alphanumeric sender ID."),
    21266: (400, "'To' and 'From' number cannot be the same: {0}"),
    21408: (
        400,
        "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {0}.",
    ),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (
        400,
        "The 'From' phone number {0} is not a valid, message-capable Twilio phone number for this account.",
    ),
    21608: (400, "The number {0} is unverified. Trial accounts cannot send messages to unverified numbers."),
    21609: (400, "The 'StatusCallback' URL {0} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (429, "This 'From' number has exceeded the maximum number of queued messages"),
    21614: (400, "'To' number is not a valid mobile number: {0}"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
    21635: (400, "'To' number cannot be a landline: {0}"),
    21701: (404, "The Messaging Service {0} does not exist."),
    30409: (400, "This message cannot be changed in its state."),
    35118: (400, "MessagingServiceSid is required to schedule a message"),
    35115: (400, "Time delta between now and SendAt is outside of the allowed range"),
}


class TwilioError(Exception):
    """An error of the API by its code."""

    def __init__(self, code: int, about: str = "") -> None:
        super().__init__(code)
        self.code, self.about = code, about


def failure(code: int, about: str = "", headers: Mapping[str, str] | None = None) -> Response:
    """Twilio's shape of an error."""
    status, words = ERRORS.get(code, (400, f"Error {code}"))
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": words.format(about), "more_info": more, "status": status}
    challenge = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if status == 401 else {}
    return JSONResponse(body, status, {**challenge, **(headers or {})})
