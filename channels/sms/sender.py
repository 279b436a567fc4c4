"""Who we are by SMS: one number, or one messaging service."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ours:
    """Which messages are ours: those of a messaging service, or of a number."""

    sender: str | None
    service: str | None

    def holds(self, number: str | None, service: str | None) -> bool:
        by_service = self.service is not None and service == self.service
        return by_service or number == self.sender
