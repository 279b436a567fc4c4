"""How much of each thing is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """The figures of a full run; `TINY` only shows that every row still runs."""

    rounds: int = 3  # of each side, in turn
    servers: tuple[int, ...] = (1, 2, 4)  # processes on one database
    senders: int = 64  # connections that wait for an answer each
    replies: int = 1_200  # a round, each by a customer of its own
    lone_replies: int = 150  # one after the other
    viewers: int = 200  # live pages, which is all that one process takes
    talks: int = 400
    messages: int = 320  # out, a round
    alerts: int = 40
    questions: int = 10_000  # that are due while the alerts go
    contacts: int = 100_000
    few_contacts: int = 1_000
    many_contacts: int = 1_000_000
    answers: int = 1_000_000
    few_answers: int = 1_000
    accounts: int = 50_000  # of those who answer
    readings: int = 2_000
    looks: int = 20  # at each page of the dashboard, and of the API's lists
    settle: float = 3.0  # seconds until a server that was started, or fed, has nothing left to do


FULL = Sizes()
TINY = Sizes(
    rounds=1,
    servers=(1, 2),
    senders=4,
    replies=12,
    lone_replies=3,
    viewers=3,
    talks=4,
    messages=8,
    alerts=2,
    questions=12,
    contacts=40,
    few_contacts=10,
    many_contacts=500,
    answers=600,
    few_answers=60,
    accounts=20,
    readings=20,
    looks=1,
    settle=0.5,
)
