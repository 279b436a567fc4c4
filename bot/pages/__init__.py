"""The dashboard: what colleagues see in a browser, and what they do there."""
