"""Slack's stand-in: Web API, events, presses, slash commands, response URLs and Socket Mode."""
