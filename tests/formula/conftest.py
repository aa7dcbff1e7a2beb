from __future__ import annotations

from hypothesis import HealthCheck, settings

# Machines that run tests are busy: neither an example's time nor a generator's says anything.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
