"""Reports as JSON values, for programs."""
