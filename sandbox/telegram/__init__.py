"""Telegram's stand-in: Bot API, webhook and getUpdates."""
