"""Twilio's stand-in: the Messages resource, inbound webhooks, status callbacks and opt-out words."""
