"""Twilio's error codes in our words: twilio.com/docs/api/errors. Those of a request come with HTTP 4xx,
those that begin with 30 come later, in a status callback. PURE."""

from collections.abc import Mapping

from channels.base import (
    GATEWAY,
    Away,
    Barred,
    Filtered,
    Misconfigured,
    RateLimited,
    Rejected,
    SenderRefused,
    SendError,
    Unavailable,
    Unknown,
    Unreachable,
)
from channels.values import number_in

UNREACHABLE: Mapping[int, str] = {
    21211: "this is no telephone number; correct it",
    21214: "this number cannot be reached; correct it",
    21614: "this is not a mobile number",
    21635: "this is a landline number",
    21268: "this is a premium rate number, which takes no messages of ours",
    21265: "this is a short code, which takes no messages of ours",
    21266: "this is our own number",
    30005: "this number does not exist, or its telephone is unknown to the network",
    30006: "this is a landline, or its network takes no text messages",
}
OPTED_OUT: Mapping[int, str] = {
    21610: "this person has sent STOP to our number",
    30004: "this number blocks our messages",
}
BARRED: Mapping[int, str] = {
    # Of this number alone: a campaign to eight numbers in seven countries has one or two of them.
    21219: "a trial account writes only to numbers that it has verified; upgrade it",
    21408: "Twilio is not allowed to send to this country; allow it in its console, under geo permissions",
    21608: "a trial account writes only to numbers that it has verified; upgrade it",
    30018: "this number's network takes only registered senders; register the sender in Twilio's console",
    30024: "this number's network does not know our number; ask Twilio for one of that country",
    30040: "this number's network takes only registered senders; register the sender in Twilio's console",
    30041: "this country takes only registered senders; register the sender in Twilio's console",
    30042: "this country takes no name such as channels.sms.from; use a number",
    30043: "this country takes nothing from a number of its own that comes from abroad",
    572002: "a trial account writes to this number from another of its numbers only; upgrade it",
    572005: "this number was never verified for the trial account; upgrade it",
}
SENDER_REFUSED: Mapping[int, str] = {
    # Of all numbers, or of those of one country: a short code and a name of letters are known in their own countries
    # only. Twilio's pages of the three name causes of both kinds.
    21606: "channels.sms.from cannot send text messages to this number; buy one that can",
    21612: "Twilio has no route from channels.sms.from to this number; see its guidelines for the country",
    21657: "channels.sms.from is no sender that this country takes; see Twilio's guidelines for it",
    21659: "channels.sms.from is no number of Twilio's, or a short code of another country; correct it",
}
MISCONFIGURED: Mapping[int, str] = {
    10001: "the Twilio account is not active; see its console",
    20003: "Twilio does not accept channels.sms.account_sid and auth_token; set them anew",
    20005: "the Twilio account is not active; see its console",
    20404: "Twilio knows no such account; set channels.sms.account_sid anew",
    21212: "channels.sms.from is no number that Twilio can send from; correct it",
    21264: "Twilio has not verified channels.sms.from; see its console",
    # What was 21212 and 21606 until July 2024 is told apart by 21267, 21659, 21660 and 21661 since
    # (twilio.com/en-us/changelog/updates-to-the-error-code-dictionary-to-clarify-number-validatio).
    21267: "a trial account cannot send from a name; set channels.sms.from to a number, or upgrade it",
    21401: "channels.sms.from is no number that Twilio can send from; correct it",
    21601: "channels.sms.from is no number of this Twilio account that can send text messages; correct it",
    21603: "Twilio got no sender; set channels.sms.from or messaging_service_sid",
    21607: "a trial account sends from its own number only; correct channels.sms.from, or upgrade it",
    21609: "Twilio does not accept public_url for status callbacks; correct it",
    21660: "channels.sms.from belongs to another Twilio account",
    21661: "channels.sms.from cannot send text messages; buy one that can",
    21701: "Twilio knows no such messaging service; set channels.sms.messaging_service_sid anew",
    21703: "the messaging service has no sender; add a number to it",
    21704: "the messaging service has no sender; add a number to it",
    21709: "the messaging service may not send from its name; see Twilio's console",
    21910: "channels.sms.from is of another channel than text messages; correct it",
    30002: "the Twilio account is suspended; see its console",
    30032: "the toll-free number is not verified; verify it in Twilio's console",
    30033: "the A2P 10DLC campaign of the number is suspended; see Twilio's console",
    30034: "the number is not registered for A2P 10DLC; register it in Twilio's console",
    30035: "Twilio is still setting the number up; wait until it is done",
    30037: "the Twilio account may send nothing at present; see its console",
    30125: "the number could not be registered for A2P 10DLC; see Twilio's console",
    63007: "channels.sms.from is no number of this Twilio account; correct it",
    90010: "the Twilio account is not active; see its console",
}
FILTERED: Mapping[int, str] = {
    30007: "carriers filter our messages as unwanted; change the words, or see how our number is registered",
    30038: "carriers filter our messages as one-time codes; change the words",
}
REJECTED: Mapping[int, str] = {
    21602: "the message has no text",
    21604: "the message has no recipient",
    21617: "the text is longer than 1,600 characters",
}
NOT_SENT: Mapping[int, str] = {
    21611: "Twilio's queue for our number is full",
    21730: "Twilio is being maintained",
    30001: "Twilio's queue for our number ran over",
    30003: "the telephone is off or out of reach",
    30008: "the network did not deliver the message and did not say why",
    30017: "the network is congested",
    30020: "Twilio failed inside",
    30021: "Twilio failed inside",
    30036: "it waited in Twilio's queue for longer than it may",
    30410: "the network did not answer Twilio in time",
}
PAUSES: Mapping[int, float] = {
    20429: 5.0,  # too many requests at once; not processed
    14107: 30.0,  # 15 replies within 30 s between two numbers
    30022: 60.0,  # faster than the number's campaign allows
    30023: 6 * 3600.0,  # the network's daily cap; it is reset at midnight Pacific time
    30027: 6 * 3600.0,  # the same for one network
    63018: 5.0,  # faster than the channel allows
    63038: 3600.0,  # the daily limit of the account itself
    30454: 3600.0,  # another limit of the account itself
    30450: 30 * 60.0,  # pumping protection, 15-30 minutes
}
"""Not sent: the code, and the seconds to wait."""


def of_code(code: int, status: int) -> SendError:
    """What Twilio's error `code` means, and where it has none of the table the HTTP `status` (0 for a status
    callback)."""
    if code in PAUSES:
        return RateLimited(f"Twilio asks for a pause (error {code})", PAUSES[code])
    if code in OPTED_OUT:
        return Unreachable(OPTED_OUT[code], opted_out=True)
    for table, kind in (
        (UNREACHABLE, Unreachable),
        (BARRED, Barred),
        (SENDER_REFUSED, SenderRefused),
        (MISCONFIGURED, Misconfigured),
        (FILTERED, Filtered),
        (REJECTED, Rejected),
        (NOT_SENT, Unavailable),
    ):
        if code in table:
            return kind(f"{table[code]} (Twilio error {code})")
    if status == 429:
        return RateLimited("Twilio asks for a pause", PAUSES[20429])
    if status in (401, 403):
        return Misconfigured(f"{MISCONFIGURED[20003]} (HTTP status {status})")
    if status in GATEWAY:
        return Away("Twilio", status)
    if status >= 500:
        return Unknown(f"Twilio failed with HTTP status {status}")
    return Rejected(f"Twilio refuses the message (error {code or status})")


def of_report(code: str | None) -> SendError | None:
    """Why a message was not delivered, by the code of its report; None where it says none."""
    number = number_in(code or "")
    return of_code(number, 0) if number else None
