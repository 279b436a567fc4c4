"""An event from a channel becomes, in one transaction, all that follows from it."""
