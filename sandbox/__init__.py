"""Local stand-ins that speak the wire protocols of Slack, Telegram and Twilio, and phones for people to
answer on; see README.md.
"""

from sandbox.acts import Act
from sandbox.app import sandbox
from sandbox.clock import AdjustableClock, Clock
from sandbox.faults import DeliveryKind, Fault, Faults
from sandbox.people import People
from sandbox.phones import Button, Message, Phone, Span
from sandbox.server import Server
from sandbox.state import World
from sandbox.targets import SlackTarget, SmsTarget, Targets, TelegramTarget

__all__ = [
    "Act",
    "AdjustableClock",
    "Button",
    "Clock",
    "DeliveryKind",
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
