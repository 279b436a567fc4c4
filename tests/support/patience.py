"""How long a test waits for what must come."""

from typing import Final

PATIENCE: Final = 120.0
"""Real seconds. What is waited for comes at once; where a process is to start on a machine that has far more to do
than it can, within a minute. The number proves nothing: it only ends a test for which nothing comes."""
