"""What is counted, for Prometheus. Labels are channels, kinds and outcomes, all of them short lists of our own;
never a person, and never a text. `docs/operations.md` describes each.

What the database knows (queues, cases, pauses) is read when somebody asks, by `bot.web.measures`; with several
processes on one database all tell the same of it, so take the maximum and not the sum.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final, TypeVar

from prometheus_client import Counter, Gauge, Histogram

_FAST: Final = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3)
_REQUEST: Final = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8)  # an adapter gives each eight seconds
_PATIENT: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)

# ---------------------------------------------------------------------------------------------------- in

WEBHOOKS = Histogram(
    "npsbot_webhook_seconds",
    "From a webhook's arrival until its answer; answer is kept (2xx), refused (4xx) or failed (5xx)",
    ["channel", "answer"],
    buckets=_FAST,
)
RECEIVED = Counter(
    "npsbot_received_total",
    "Events handed in, by webhook or looked for (polling, sockets, the SMS sweep)",
    ["channel", "kind", "outcome", "via"],
)
API = Histogram(
    "npsbot_api_seconds",
    "From a request to the API until its answer, by operation of its description (none: none of them)",
    ["operation", "status"],
    buckets=_FAST,
)
TAKING = Histogram(
    "npsbot_intake_seconds",
    "From an event's hand-over until its commit is on disk",
    ["channel"],
    buckets=_FAST,
)
READINGS = Counter("npsbot_readings_total", "What words were taken for", ["channel", "reading"])
SCORES = Counter("npsbot_scores_total", "Scores stored, corrected ones too", ["channel", "category"])
OPT_OUTS = Counter("npsbot_opt_outs_total", "People who left", ["channel", "source"])
CLOSED = Counter("npsbot_conversations_closed_total", "Conversations that ended", ["channel", "ending"])
ERASED = Counter("npsbot_erasures_total", "People erased on request", [])

# --------------------------------------------------------------------------------------------------- out

SENT = Counter("npsbot_messages_total", "Attempts to send a message", ["channel", "kind", "outcome"])
SENDING = Histogram(
    "npsbot_send_seconds", "A provider's time for one attempt", ["channel", "outcome"], buckets=_REQUEST
)
WAITED = Histogram(
    "npsbot_message_wait_seconds",
    "From when a message was due until the provider took it",
    ["channel", "kind"],
    buckets=_PATIENT,
)
ALERTED = Histogram(
    "npsbot_alert_delay_seconds",
    "From the commit that wanted an alert until the provider took it, all tries included",
    ["channel"],
    buckets=_PATIENT,
)
REPORTED = Counter(
    "npsbot_delivery_reports_total", "Delivery reports that moved a message", ["channel", "status"]
)
RELEASED = Counter("npsbot_questions_released_total", "Questions put in the outbox", ["channel"])
QUEUED = Gauge("npsbot_outbox_queued", "Messages waiting in the outbox", ["channel", "priority"])
OLDEST = Gauge(
    "npsbot_outbox_oldest_seconds",
    "How long the oldest message waits already, its retries included",
    ["channel", "priority"],
)
LEASED = Gauge("npsbot_outbox_leased", "Messages that a sender holds a lease on", ["channel"])

HOOKED = Counter("npsbot_hooks_total", "Requests to other systems that are told what happens", ["outcome"])
HOOKS_WAITING = Gauge("npsbot_hook_deliveries_waiting", "What waits to be told to other systems", [])
HOOKS_PARKED = Gauge(
    "npsbot_hook_deliveries_parked", "What was tried for three days and is tried no more", []
)
HOOKS_FAILING = Gauge("npsbot_hooks_failing", "Other systems whose last request failed", [])

# ------------------------------------------------------------------------------------------------ people

CASES = Counter("npsbot_cases_opened_total", "Cases opened", ["kind"])
ACTED = Counter("npsbot_cases_acted_total", "Cases taken and done by account managers", ["deed"])
STANDING_CASES = Gauge("npsbot_cases", "Cases that are not done", ["state"])
OLDEST_CASE = Gauge("npsbot_case_oldest_seconds", "Age of the oldest case that nobody took", [])
UNSEEN = Gauge("npsbot_alerts_unseen", "Cases of which no alert was shown yet", [])
UNREACHED = Gauge(
    "npsbot_alerts_unreached", "Cases whose alert was tried and reached nobody; it is tried again", []
)
OLDEST_UNSEEN = Gauge(
    "npsbot_alert_unseen_oldest_seconds", "How long the oldest case waits for its first alert to be shown", []
)
COMMANDS = Counter("npsbot_commands_total", "Commands carried out", ["outcome"])
COMMANDING = Histogram(
    "npsbot_command_seconds", "From when a command was taken in until its answer", [], buckets=_PATIENT
)
WAVES = Gauge("npsbot_waves_running", "Waves that were not stopped and have people to ask or to hear", [])
TO_ASK = Gauge("npsbot_questions_waiting", "People of running waves who are yet to be asked", [])

# ------------------------------------------------------------------------------------------------ health

PAUSED = Gauge("npsbot_channel_paused", "1 while a channel is paused", ["channel"])
DEAF = Gauge("npsbot_channel_deaf", "1 while a channel does not hear what people write", ["channel"])
REFUSED = Gauge(
    "npsbot_channel_refused", "1 while carriers refuse what it took, because of our own account", ["channel"]
)
PAUSES = Counter("npsbot_channel_pauses_total", "Times that a channel was paused", ["channel"])
SENDER = Gauge(
    "npsbot_sender_lease_seconds",
    "How long the lease of a channel's sender still runs; less than 0: none",
    ["channel"],
)
GROUPED = Histogram(
    "npsbot_commit_writes", "Writes that shared one commit", [], buckets=(1, 2, 4, 8, 16, 32, 64)
)
COMMITTING = Histogram("npsbot_commit_seconds", "One group of writes and its commit", [], buckets=_FAST)
DATABASE_ERRORS = Counter("npsbot_database_errors_total", "Writes that the database refused", ["kind"])
DATABASE_UP = Gauge("npsbot_database_up", "1 where the database answered the last look at the metrics", [])
SEEN = Gauge(
    "npsbot_worker_seen_timestamp_seconds", "When a worker last went round, in Unix time", ["worker"]
)
BROKE = Counter("npsbot_worker_failures_total", "Rounds of a worker that failed", ["worker"])
CLOSING_LATE = Gauge(
    "npsbot_timers_late_seconds", "How long the oldest conversation whose time is over stays open", []
)

STEPS: Final[Mapping[str, tuple[Counter, tuple[str, ...]]]] = {
    "score.stored": (SCORES, ("channel", "category")),
    "intake.taken": (READINGS, ("channel", "reading")),
    "person.left": (OPT_OUTS, ("channel", "source")),
    "person.erased": (ERASED, ()),
    "conversation.closed": (CLOSED, ("channel", "ending")),
    "delivery.reported": (REPORTED, ("channel", "status")),
    "questions.released": (RELEASED, ("channel",)),
    "case.opened": (CASES, ("kind",)),
    "case.acted": (ACTED, ("deed",)),
    "channel.paused": (PAUSES, ("channel",)),
}
"""The counters that a step of `bot.steps` moves, and which of its fields are the labels; a step that lacks one of
them is not counted."""


M = TypeVar("M", Counter, Histogram)


@cache
def child(metric: M, *labels: object) -> M:
    """A metric of these labels. `labels` itself makes texts of them and takes a lock each time: 1 us, and a reply moves
    six."""
    return metric.labels(*labels) if labels else metric
