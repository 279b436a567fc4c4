"""config.yaml and the environment become frozen, validated settings."""
