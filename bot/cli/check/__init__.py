"""What `npsbot check` looks at."""
