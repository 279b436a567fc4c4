"""From the outbox to the providers: released, claimed, sent, recorded; and what time alone does."""
