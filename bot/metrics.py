"""What is counted, for Prometheus. Labels are channels, kinds and outcomes; never a person."""

from prometheus_client import Counter, Gauge, Histogram

RECEIVED = Counter("npsbot_received_total", "Events taken in", ["channel", "kind", "outcome"])
SENT = Counter("npsbot_messages_total", "Attempts to send a message", ["channel", "kind", "outcome"])
WAITED = Histogram(
    "npsbot_message_wait_seconds",
    "From when a message was due until the provider took it",
    ["channel", "kind"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
TAKING = Histogram(
    "npsbot_intake_seconds",
    "From an event's arrival until its commit is on disk",
    ["channel"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3),
)
QUEUED = Gauge("npsbot_outbox_queued", "Messages waiting in the outbox", ["channel"])
PAUSED = Gauge("npsbot_channel_paused", "1 while a channel is paused", ["channel"])
COMMANDS = Counter("npsbot_commands_total", "Commands carried out", ["outcome"])
