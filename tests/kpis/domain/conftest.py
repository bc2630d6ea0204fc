"""Properties say what is true, not how fast a busy machine finds it."""

from hypothesis import HealthCheck, settings

settings.register_profile("truth", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("truth")
