"""Settings of all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A fresh clone builds hypothesis's table of characters first, and machines differ in speed: time
# is measured in benchmarks/, never here.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")
