"""Digests of customers: who reads them, when they come, what is in one, and how it is said."""
