"""The triggers, which are code and no data: `migrate` makes them anew whenever a server starts."""
