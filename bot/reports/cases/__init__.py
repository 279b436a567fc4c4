"""Cases as reports show them: on the board, in a list, one by one, and counted."""
