"""Every figure of the reports of a played company, recomputed from its rows by formulas of their own."""
