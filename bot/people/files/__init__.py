"""Files of contacts and of events, as they come from a spreadsheet: read row by row, and what was refused written."""
