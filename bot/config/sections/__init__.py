"""The sections of config.yaml: which keys each has, and what may stand there."""
