"""Local stand-ins that speak the wire protocols of Slack, Telegram and Twilio, and phones for people to
answer on; see README.md.
"""

from channels.sandbox.acts import Act
from channels.sandbox.app import sandbox
from channels.sandbox.clock import AdjustableClock, Clock
from channels.sandbox.faults import Fault, Faults
from channels.sandbox.people import People
from channels.sandbox.phones import Button, Message, Phone, Span
from channels.sandbox.server import Server
from channels.sandbox.state import World
from channels.sandbox.targets import SlackTarget, SmsTarget, Targets, TelegramTarget

__all__ = [
    "Act",
    "AdjustableClock",
    "Button",
    "Clock",
    "Fault",
    "Faults",
    "Message",
    "People",
    "Phone",
    "Server",
    "SlackTarget",
    "SmsTarget",
    "Span",
    "Targets",
    "TelegramTarget",
    "World",
    "sandbox",
]
