"""Everybody of a campaign, as a file for analysts."""
