"""Conversations as rows: found, loaded, saved, and what becomes of their question."""
