"""How many examples a property looks at that touches a database."""

from hypothesis import HealthCheck, settings


def on_databases(examples: int) -> settings:
    """So many, and ten times as many where the profile `explore` looks further: one costs what a hundred without a
    database cost, and its database stays for all of them."""
    further = settings.default is not None and settings.default.max_examples > 100
    unhurried = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(
        max_examples=10 * examples if further else examples, deadline=None, suppress_health_check=unhurried
    )
