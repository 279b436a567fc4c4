"""The life of a case: what can happen to it, what that does, and the columns that keep it."""
