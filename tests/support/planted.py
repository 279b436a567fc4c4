"""What must never be in a log: words, names, numbers and secrets that the tests of the log put in everywhere."""

TOKEN = "xoxb-planted-token"
SIGNING = "planted-signing-secret"
TELEGRAM = "4242:planted-telegram-token"
TWILIO = "planted-twilio-token"
PHONE = "+31612345678"
SLACK = "U0PLANTED"
CHAT = "777000777"
WORDS = "planted words of a customer"
NAME = "Planted Name"
ACCOUNT = "Planted Account"
SECRETS = (TOKEN, SIGNING, TELEGRAM, TWILIO, PHONE, PHONE[1:], SLACK, CHAT, WORDS, NAME, ACCOUNT)


def leaks(log: str) -> list[str]:
    """The lines of a log that hold anything of it; an empty list where none does."""
    return [line for line in log.splitlines() if any(secret.lower() in line.lower() for secret in SECRETS)]
