"""Fixtures every test may ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.cast import Cast, assemble

# What holds is asked, not how fast: a busy machine must not fail a property.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_configure() -> None:
    """WhiteNoise warns about a missing folder, and a warning fails the run."""
    (Path(os.environ["PORTAL_VAR"]) / "static").mkdir(parents=True, exist_ok=True)


@pytest.fixture
def cast(db: None) -> Cast:
    """The named cast, written anew for each test and rolled back after it."""
    return assemble()
