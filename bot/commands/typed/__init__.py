"""What stands after the first word of a typed command, a file for each word. PURE."""
