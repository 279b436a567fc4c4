"""What Twilio's SDK and the connection raise, as errors of ours."""

import asyncio
import json

import aiohttp
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]  # it has no types

from channels.base import Misconfigured, SendError, Unavailable, Unknown
from channels.sms.codes import of_code


def send_error(error: Exception) -> SendError:
    """An SDK's or transport's exception as one of ours. Twilio has two kinds of refusal
    (`TwilioRestException` and, for RFC 9457 answers, `TwilioServiceException`), both with a status and a
    code; for a list it raises neither (see `_of_list`). Its other exceptions say nothing."""
    match error:
        case SendError():
            return error
        case TwilioException():
            status, code = getattr(error, "status", None), getattr(error, "code", None)
            if isinstance(status, int):
                return of_code(code if isinstance(code, int) else 0, status)
            return _of_list(error)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return Unavailable("Twilio cannot be reached; look at the network")
        case asyncio.TimeoutError():
            return Unknown("Twilio did not answer in time")
        case aiohttp.InvalidURL():
            return Misconfigured("channels.sms.api_url is no URL; correct it")
        case ValueError():
            return Unknown("Twilio's answer cannot be read")
    return Unknown(f"the connection to Twilio broke ({type(error).__name__})")


def _of_list(error: TwilioException) -> SendError:
    """A list that Twilio refuses: a bare exception of a text and the response (twilio 9.13,
    `twilio/base/version.py`, "Unable to fetch page")."""
    response = error.args[1] if len(error.args) > 1 else None
    status = getattr(response, "status_code", None)
    if not isinstance(status, int):
        return Unknown("Twilio's answer cannot be read")
    try:
        answer = json.loads(getattr(response, "text", ""))
    except (TypeError, ValueError):
        answer = None
    code = answer.get("code") if isinstance(answer, dict) else None
    return of_code(code if isinstance(code, int) else 0, status)
