"""What every test stands on: how hypothesis draws its examples."""

import os

from hypothesis import HealthCheck, settings

# A run is the same on every machine and never fails for being slow: no deadline, no new examples by
# chance, no complaint about a busy processor. `HYPOTHESIS_PROFILE=thorough` looks for new examples.
settings.register_profile(
    "default",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough",
    derandomize=False,
    deadline=None,
    max_examples=1_000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
